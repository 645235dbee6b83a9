using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Ledger.Sqlite.Writing;

/// <summary>One call on the ledger that may write. What it throws undoes what it wrote.</summary>
internal sealed class LedgerOperation<T>(Func<LedgerStore, T> run, long weight) : WriteOperation<LedgerStore, T>
{
    internal override long Weight => weight;

    internal override Verdict Run(LedgerStore store)
    {
        Result = run(store);
        return Verdict.Keep;
    }
}
