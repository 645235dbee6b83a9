namespace FuncExec.LedgerContract;

/// <summary>Where one test's ledger is stored; empty at first, and gone after the test.</summary>
public abstract class LedgerPlace : IAsyncDisposable
{
    /// <summary>What its ledgers announce to.</summary>
    public JobSignals Signals { get; } = new();

    /// <summary>Makes the ledger over this place, not opened. A place outlives its ledgers: the next one finds what the last one stored.</summary>
    public abstract IJobLedger CreateLedger();

    /// <summary>Lets time pass for the ledger.</summary>
    public abstract Task LetTimePassAsync(TimeSpan time);

    /// <summary>Removes all that was stored.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Makes places; one fixture for all tests of a class.</summary>
public interface ILedgerFixture
{
    /// <summary>Makes an empty place.</summary>
    Task<LedgerPlace> NewPlaceAsync();
}
