using FuncExec.LedgerContract;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>The ledger in a table keeps the contract.</summary>
[Collection(AzuriteTablesCollection.Name)]
public sealed class AzureJobLedgerTests(AzuriteTables azurite) : JobLedgerContract(new TableFixture(azurite));

/// <summary>Places in the emulator.</summary>
internal sealed class TableFixture(AzuriteTables azurite) : ILedgerFixture
{
    public Task<LedgerPlace> NewPlaceAsync() => Task.FromResult<LedgerPlace>(new TablePlace(azurite.Open(), AzuriteTables.NewTable()));
}
