using System.Globalization;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Native;

namespace FuncExec.Runtime.Sqlite.Files;

/// <summary>The schema's versions. A step that has been released never changes; a change is a new step at the end.</summary>
internal static class Schema
{
    /// <summary>Marks a file as a hub of ours ("FExH" in ASCII).</summary>
    private const int ApplicationId = 0x46457848;

    /// <summary>Step n makes version n of version n − 1.</summary>
    internal static IReadOnlyList<string> Steps { get; } =
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
    ];

    /// <summary>Brings the file to the newest version, each step in a transaction of its own.</summary>
    /// <exception cref="HubStartException">The file is not a hub, or newer than this program.</exception>
    internal static void Migrate(Connection connection, string path, IReadOnlyList<string> steps)
    {
        int application = ReadInt32(connection, "PRAGMA application_id");
        int version = ReadInt32(connection, "PRAGMA user_version");
        bool isNew = application == 0 && version == 0
            && connection.ReadScalar("SELECT CAST(count(*) AS TEXT) FROM sqlite_master") == "0";
        if (!isNew && application != ApplicationId)
        {
            throw new HubStartException(
                $"'{path}' is an SQLite file, but not a hub of FuncExec. Move it away, or set another data directory.");
        }

        if (version > steps.Count)
        {
            throw new HubStartException(
                $"'{path}' has schema version {version}; this program knows versions up to {steps.Count}. Use the "
                + "program version that wrote it, or a newer one.");
        }

        for (; version < steps.Count; version++)
        {
            connection.Execute("BEGIN IMMEDIATE");
            try
            {
                connection.Execute(steps[version]);
                connection.Execute(string.Create(CultureInfo.InvariantCulture,
                    $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {version + 1}"));
                connection.Execute("COMMIT");
            }
            catch (SqliteException)
            {
                if (connection.InTransaction)
                {
                    connection.Execute("ROLLBACK");
                }

                throw;
            }
        }
    }

    private static int ReadInt32(Connection connection, string sql) =>
        int.Parse(connection.ReadScalar(sql), CultureInfo.InvariantCulture);
}
