using Azure.Data.Tables;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.LedgerContract;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>A table for one test.</summary>
internal sealed class TablePlace(TableServiceClient account, string table) : LedgerPlace
{
    private readonly ManualTimeProvider _time = new();

    public override IJobLedger CreateLedger() => new AzureJobLedger(account, table, Signals, _time, NullLogger<AzureJobLedger>.Instance, LedgerLimits.Default);

    public override Task LetTimePassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    // The emulator looks through all rows of a table for each query, and forgets none by itself.
    public override async ValueTask DisposeAsync() => await account.DeleteTableAsync(table);
}
