using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>One row of sums over all jobs, so that nobody counts them.</summary>
internal sealed class TotalsTable(Func<string, Statement> prepare)
{
    private readonly Statement _read = prepare("SELECT unfinished, finished_bytes FROM totals WHERE one = 1");
    private readonly Statement _add = prepare(
        "UPDATE totals SET unfinished = unfinished + ?1, finished_bytes = finished_bytes + ?2 WHERE one = 1");

    internal LedgerTotals Read()
    {
        try
        {
            _read.Step();
            return new LedgerTotals(_read.Int64(0), _read.Int64(1));
        }
        finally
        {
            _read.Reset();
        }
    }

    internal void Add(long unfinished, long finishedBytes)
    {
        _add.Bind(1, unfinished);
        _add.Bind(2, finishedBytes);
        _add.Run();
    }
}
