using System.Globalization;
using FuncExec.Runtime.Sqlite.Native;

namespace FuncExec.Ledger.Sqlite.Files;

/// <summary>The schema's versions. A step that has been released never changes; a change is a new step at the end.</summary>
internal static class Schema
{
    /// <summary>Marks a file as a ledger of ours ("FExL" in ASCII).</summary>
    private const int ApplicationId = 0x4645784c;

    /// <summary>Step n makes version n of version n − 1.</summary>
    internal static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE jobs(
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT, state INTEGER NOT NULL, status INTEGER NOT NULL,
            error TEXT, created INTEGER NOT NULL, started INTEGER, finished INTEGER, suspended INTEGER NOT NULL,
            stop_kind INTEGER, stop_reason TEXT, rerun_of TEXT, workspace TEXT, stored INTEGER NOT NULL,
            last_event INTEGER NOT NULL, copied INTEGER NOT NULL, principal TEXT, request_key TEXT, body_hash TEXT);
        CREATE INDEX jobs_seen ON jobs(id) WHERE status > 0;
        CREATE INDEX jobs_by_status ON jobs(status, id);
        CREATE INDEX jobs_by_name ON jobs(name, id) WHERE status > 0 AND name IS NOT NULL;
        CREATE INDEX jobs_by_name_and_status ON jobs(name, status, id) WHERE name IS NOT NULL;
        CREATE INDEX jobs_by_state ON jobs(state, created, id) WHERE state <> 4;
        CREATE INDEX jobs_finished ON jobs(finished, id) WHERE state = 4;
        CREATE UNIQUE INDEX jobs_requests ON jobs(principal, request_key) WHERE request_key IS NOT NULL;
        CREATE TABLE totals(one INTEGER PRIMARY KEY, unfinished INTEGER NOT NULL, finished_bytes INTEGER NOT NULL);
        INSERT INTO totals VALUES (1, 0, 0);
        CREATE TABLE documents(job INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE steps(
            job INTEGER NOT NULL, step INTEGER NOT NULL, name TEXT NOT NULL, total INTEGER NOT NULL, queued INTEGER NOT NULL,
            running INTEGER NOT NULL, succeeded INTEGER NOT NULL, failed INTEGER NOT NULL, cancelled INTEGER NOT NULL,
            timed_out INTEGER NOT NULL, closing INTEGER, closing_error TEXT, PRIMARY KEY(job, step)) WITHOUT ROWID;
        CREATE TABLE tasks(
            job INTEGER NOT NULL, step INTEGER NOT NULL, idx INTEGER NOT NULL, status INTEGER NOT NULL,
            attempt INTEGER NOT NULL, token INTEGER NOT NULL, losses INTEGER NOT NULL, next_retry INTEGER, node INTEGER,
            started INTEGER, finished INTEGER, ended INTEGER, exit_code INTEGER, failure INTEGER, error TEXT, details TEXT,
            out_length INTEGER, out_kept INTEGER, out_tail BLOB, err_length INTEGER, err_kept INTEGER, err_tail BLOB,
            stored INTEGER NOT NULL, artifacts INTEGER NOT NULL, PRIMARY KEY(job, step, idx)) WITHOUT ROWID;
        CREATE INDEX tasks_by_status ON tasks(status, job, step, idx);
        CREATE TABLE attempts(
            job INTEGER NOT NULL, step INTEGER NOT NULL, idx INTEGER NOT NULL, attempt INTEGER NOT NULL,
            status INTEGER NOT NULL, token INTEGER NOT NULL, losses INTEGER NOT NULL, node INTEGER, started INTEGER,
            finished INTEGER, exit_code INTEGER, failure INTEGER, error TEXT, details TEXT, out_length INTEGER,
            out_kept INTEGER, out_tail BLOB, err_length INTEGER, err_kept INTEGER, err_tail BLOB,
            PRIMARY KEY(job, step, idx, attempt)) WITHOUT ROWID;
        CREATE TABLE artifacts(
            job INTEGER NOT NULL, name TEXT NOT NULL, step INTEGER NOT NULL, idx INTEGER NOT NULL, path TEXT NOT NULL,
            size INTEGER NOT NULL, hash BLOB NOT NULL, executable INTEGER NOT NULL, PRIMARY KEY(job, name)) WITHOUT ROWID;
        CREATE TABLE events(
            job INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL,
            status INTEGER NOT NULL, step INTEGER, idx INTEGER, attempt INTEGER, token INTEGER, exit_code INTEGER,
            next_retry INTEGER, error TEXT, PRIMARY KEY(job, number)) WITHOUT ROWID;
        CREATE TABLE tombstones(id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX tombstones_by_time ON tombstones(at);
        CREATE TABLE nodes(key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
        """,
    ];

    /// <summary>Reads the file's version, 0 for a new one, and changes nothing.</summary>
    /// <exception cref="LedgerStartException">The file is not a ledger, or newer than this program.</exception>
    internal static int ReadVersion(Connection connection, string path, int newest)
    {
        int application = ReadInt32(connection, "PRAGMA application_id");
        int version = ReadInt32(connection, "PRAGMA user_version");
        bool isNew = application == 0 && version == 0
            && connection.ReadScalar("SELECT CAST(count(*) AS TEXT) FROM sqlite_master") == "0";
        if (!isNew && application != ApplicationId)
        {
            throw new LedgerStartException(
                $"'{path}' is an SQLite file, but not a ledger of FuncExec. Move it away, or set another data directory.");
        }

        if (version > newest)
        {
            throw new LedgerStartException(
                $"'{path}' has schema version {version}; this program knows versions up to {newest}. Use the "
                + "program version that wrote it, or a newer one.");
        }

        return version;
    }

    /// <summary>Brings the file to the newest version, each step in a transaction of its own.</summary>
    internal static void Migrate(Connection connection, int version, IReadOnlyList<string> steps)
    {
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
