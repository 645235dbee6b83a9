using FuncExec.LedgerContract;

namespace FuncExec.Ledger.Postgres.Tests;

/// <summary>The PostgreSQL ledger keeps the contract.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresJobLedgerTests(PostgresFixture fixture) : JobLedgerContract(new Places(fixture))
{
    private sealed class Places(PostgresFixture fixture) : ILedgerFixture
    {
        public async Task<LedgerPlace> NewPlaceAsync() => await PostgresPlace.NewAsync(fixture.Server);
    }
}
