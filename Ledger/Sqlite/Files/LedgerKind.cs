using FuncExec.Runtime.SqliteFiles;

namespace FuncExec.Ledger.Sqlite.Files;

/// <summary>The ledger among the stores in SQLite files, with the versions of its schema.</summary>
internal sealed record LedgerKind() : StoreKind("ledger", ApplicationNumber, Schema)
{
    /// <summary>"FExL" in ASCII.</summary>
    private const int ApplicationNumber = 0x4645784c;

    internal static LedgerKind Instance { get; } = new();

    internal static IReadOnlyList<string> Schema =>
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

        // The claim that wrote the output of a row, where that is not the latest.
        """
        ALTER TABLE tasks ADD COLUMN out_token INTEGER;
        ALTER TABLE attempts ADD COLUMN out_token INTEGER;
        """,
    ];

    internal override Exception CannotStart(string message, Exception? cause = null) => new LedgerStartException(message, cause);

    internal override Exception Unavailable(string message, Exception cause) => new LedgerUnavailableException(message, cause);

    internal override Exception Rejected(string message, Exception cause) => new LedgerUnavailableException(message, cause);
}
