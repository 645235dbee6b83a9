using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.SqliteFiles;

namespace FuncExec.Runtime.Sqlite.Files;

/// <summary>The hub among the stores in SQLite files, with the versions of its schema.</summary>
internal sealed record HubKind() : StoreKind("hub", ApplicationNumber, Schema)
{
    /// <summary>"FExH" in ASCII.</summary>
    private const int ApplicationNumber = 0x46457848;

    internal static HubKind Instance { get; } = new();

    internal static IReadOnlyList<string> Schema =>
    [
        """
        CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE instances(
            key INTEGER PRIMARY KEY, status INTEGER NOT NULL, version INTEGER NOT NULL, owner INTEGER NOT NULL,
            token INTEGER NOT NULL, generation BLOB NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
            partition INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, tags TEXT, custom_status TEXT,
            output TEXT, failure TEXT);
        CREATE INDEX instances_unfinished ON instances(status) WHERE status < 4;
        CREATE TABLE history(
            instance_key INTEGER NOT NULL, turn INTEGER NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY(instance_key, turn)) WITHOUT ROWID;
        CREATE TABLE inbox(
            instance_key INTEGER NOT NULL, id INTEGER NOT NULL, generation BLOB, data BLOB NOT NULL,
            PRIMARY KEY(instance_key, id)) WITHOUT ROWID;
        CREATE TABLE activities(
            sequence INTEGER PRIMARY KEY, owner INTEGER NOT NULL, leases INTEGER NOT NULL, instance_key INTEGER NOT NULL,
            generation BLOB NOT NULL, task_id INTEGER NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, tags TEXT,
            input TEXT);
        CREATE INDEX activities_free ON activities(owner) WHERE owner = 0;
        CREATE TABLE timers(
            fire_at INTEGER NOT NULL, instance_key INTEGER NOT NULL, timer_id INTEGER NOT NULL,
            PRIMARY KEY(fire_at, instance_key, timer_id)) WITHOUT ROWID;
        CREATE INDEX timers_by_instance ON timers(instance_key);
        """,
        "CREATE INDEX instances_begun_anew ON instances(status) WHERE status = 2 AND version = 1",
        "DROP INDEX activities_free; CREATE INDEX activities_waiting ON activities(name) WHERE owner = 0",
        """
        ALTER TABLE instances ADD COLUMN start_at INTEGER;
        CREATE INDEX instances_to_begin ON instances(status) WHERE status = 1 AND start_at IS NULL;
        """,
        """
        ALTER TABLE activities ADD COLUMN priority INTEGER NOT NULL DEFAULT 5;
        ALTER TABLE activities ADD COLUMN runs_on TEXT NOT NULL DEFAULT '';
        ALTER TABLE activities ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
        DROP INDEX activities_waiting;
        CREATE INDEX activities_waiting ON activities(name, runs_on, rank, sequence) WHERE owner = 0;
        """,
    ];

    internal override Exception CannotStart(string message, Exception? cause = null) => new HubStartException(message, cause);

    internal override Exception Unavailable(string message, Exception cause) => new HubUnavailableException(message, cause);

    internal override Exception Rejected(string message, Exception cause) => new HubRejectedException(message, cause);
}
