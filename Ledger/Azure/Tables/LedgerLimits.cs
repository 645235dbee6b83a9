namespace FuncExec.Ledger.Azure.Tables;

/// <summary>What is a matter of time in the ledger; tests have less of it.</summary>
/// <param name="Patience">How long a request waits for another one with its key that has begun, before it takes the key over.</param>
/// <param name="Leftover">After this no commit can follow for which a row of a list was inserted, or a place taken.</param>
internal sealed record LedgerLimits(TimeSpan Patience, TimeSpan Leftover)
{
    internal static LedgerLimits Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));
}
