using FuncExec.Ledger.Moving;
using FuncExec.Ledger.Postgres.Schema;
using FuncExec.Runtime.PostgresStore.Moving;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Ledger.Postgres.Moving;

/// <summary>Where what a ledger keeps lies in its schema. Its blobs are moved by the blob store.</summary>
internal static class LedgerTables
{
    internal static MovedTables All { get; } = new(
        [
            Table(LedgerKinds.Jobs, "ledger_jobs", "OVERRIDING SYSTEM VALUE"),
            Table(LedgerKinds.Documents, "ledger_documents"),
            Table(LedgerKinds.Steps, "ledger_steps"),
            Table(LedgerKinds.Tasks, "ledger_tasks"),
            Table(LedgerKinds.Attempts, "ledger_attempts"),
            new(
                LedgerKinds.Artifacts,
                "SELECT job, name, step::bigint, idx::bigint, path, size, hash, executable::int::bigint FROM ledger_artifacts",
                """
                INSERT INTO ledger_artifacts(job, name, step, idx, path, size, hash, executable)
                SELECT u.job, u.name, u.step, u.idx, u.path, u.size, u.hash, u.executable = 1
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) u(job, name, step, idx, path, size, hash, executable)
                """),
            Table(LedgerKinds.Events, "ledger_events"),
            Table(LedgerKinds.Tombstones, "ledger_tombstones"),
            new(
                LedgerKinds.Nodes,
                "SELECT key, id, name FROM ledger_nodes",
                """
                INSERT INTO ledger_nodes(key, id, name, lease, expires, begun, renewed) OVERRIDING SYSTEM VALUE
                SELECT u.key, u.id, u.name, 0, 0, 0, 0 FROM unnest($1, $2, $3) u(key, id, name)
                """),
            new(
                LedgerKinds.Totals,
                "SELECT sum(unfinished)::bigint, sum(finished_bytes)::bigint FROM ledger_totals",
                """
                UPDATE ledger_totals t SET unfinished = u.unfinished, finished_bytes = u.finished_bytes
                FROM unnest($1, $2) u(unfinished, finished_bytes) WHERE t.place = 0
                """),
        ],
        LedgerKind.Instance.Sessions,
        IsEmpty: "SELECT NOT EXISTS (SELECT FROM ledger_jobs) AND NOT EXISTS (SELECT FROM ledger_tombstones)",
        Clear:
        """
        TRUNCATE ledger_jobs, ledger_documents, ledger_steps, ledger_tasks, ledger_attempts, ledger_artifacts, ledger_events, ledger_tombstones, ledger_nodes,
            ledger_blobs, ledger_blob_pieces, ledger_contents, ledger_content_pieces, ledger_content_owners, ledger_uploads;
        UPDATE ledger_totals SET unfinished = 0, finished_bytes = 0
        """,
        Complete:
        """
        SELECT setval(pg_get_serial_sequence('ledger_jobs', 'key'), coalesce(max(key), 1), max(key) IS NOT NULL) FROM ledger_jobs;
        SELECT setval(pg_get_serial_sequence('ledger_nodes', 'key'), coalesce(max(key), 1), max(key) IS NOT NULL) FROM ledger_nodes
        """);

    /// <summary>A table whose columns have the names of the kind's.</summary>
    private static MovedTable Table(TransferKind kind, string table, string overriding = "")
    {
        string names = string.Join(", ", kind.Columns.Select(static column => column.Name));
        string columns = string.Join(", ", kind.Columns.Select(static column => column.Form == TransferForm.Integer ? column.Name + "::bigint" : column.Name));
        string arrays = string.Join(", ", Enumerable.Range(1, kind.Columns.Count).Select(static number => $"${number}"));
        return new MovedTable(kind, $"SELECT {columns} FROM {table}", $"INSERT INTO {table}({names}) {overriding} SELECT * FROM unnest({arrays})");
    }
}
