using FuncExec.Ledger.Moving;
using FuncExec.Runtime.SqliteFiles.Moving;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Ledger.Sqlite.Moving;

/// <summary>Where what a ledger keeps lies in its file.</summary>
internal static class LedgerTables
{
    internal const string IsEmpty = "SELECT NOT EXISTS (SELECT 1 FROM jobs) AND NOT EXISTS (SELECT 1 FROM tombstones)";

    internal static IReadOnlyList<MovedTable> All { get; } =
    [
        new(
            LedgerKinds.Jobs,
            """
            SELECT key, id, name, state, status, error, created, started, finished, suspended, stop_kind, stop_reason, rerun_of, workspace, stored,
                last_event, copied >> 32, copied & 2147483647, principal, request_key, body_hash
            FROM jobs
            """,
            """
            INSERT INTO jobs(key, id, name, state, status, error, created, started, finished, suspended, stop_kind, stop_reason, rerun_of, workspace,
                stored, last_event, copied, principal, request_key, body_hash)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, (?17 << 32) | ?18, ?19, ?20, ?21)
            """,
            "DELETE FROM jobs",
            Columns(LedgerKinds.Jobs)),
        Table(LedgerKinds.Documents, "documents", "data"),
        Table(LedgerKinds.Steps, "steps"),
        Table(LedgerKinds.Tasks, "tasks", "out_tail", "err_tail"),
        Table(LedgerKinds.Attempts, "attempts", "out_tail", "err_tail"),
        Table(LedgerKinds.Artifacts, "artifacts", "hash"),
        Table(LedgerKinds.Events, "events"),
        Table(LedgerKinds.Tombstones, "tombstones"),
        Table(LedgerKinds.Nodes, "nodes"),
        new(
            LedgerKinds.Totals,
            "SELECT unfinished, finished_bytes FROM totals WHERE one = 1",
            "UPDATE totals SET unfinished = ?1, finished_bytes = ?2 WHERE one = 1",
            "UPDATE totals SET unfinished = 0, finished_bytes = 0",
            Columns(LedgerKinds.Totals)),
    ];

    /// <summary>A table whose columns have the names of the kind's.</summary>
    private static MovedTable Table(TransferKind kind, string table, params string[] blobs)
    {
        string names = string.Join(", ", kind.Columns.Select(static column => column.Name));
        string values = string.Join(", ", Enumerable.Range(1, kind.Columns.Count).Select(static number => $"?{number}"));
        return new MovedTable(kind, $"SELECT {names} FROM {table}", $"INSERT INTO {table}({names}) VALUES ({values})", $"DELETE FROM {table}", Columns(kind, blobs));
    }

    private static IReadOnlyList<MovedColumn> Columns(TransferKind kind, params string[] blobs) =>
    [
        .. kind.Columns.Select(column => column.Form == TransferForm.Integer ? MovedColumn.Integer
            : blobs.Contains(column.Name) ? MovedColumn.Blob
            : MovedColumn.Text),
    ];
}
