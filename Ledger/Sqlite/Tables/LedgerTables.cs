using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>The statements of one connection, by the table they are about.</summary>
internal sealed class LedgerTables(Func<string, Statement> prepare)
{
    internal JobTable Jobs { get; } = new(prepare);

    internal JobListTable JobLists { get; } = new(prepare);

    internal StepTable Steps { get; } = new(prepare);

    internal TaskTable Tasks { get; } = new(prepare);

    internal TaskListTable TaskLists { get; } = new(prepare);

    internal TaskEndTable TaskEnds { get; } = new(prepare);

    internal ArtifactTable Artifacts { get; } = new(prepare);

    internal EventTable Events { get; } = new(prepare);

    internal TotalsTable Totals { get; } = new(prepare);

    internal NodeTable Nodes { get; } = new(prepare);

    internal RemovalTable Removals { get; } = new(prepare);
}
