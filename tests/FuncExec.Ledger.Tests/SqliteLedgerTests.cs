using FuncExec.LedgerContract;

namespace FuncExec.Ledger.Tests;

/// <summary>The SQLite ledger keeps the contract.</summary>
public sealed class SqliteLedgerTests(SqliteLedgerTests.Fixture fixture)
    : JobLedgerContract(fixture), IClassFixture<SqliteLedgerTests.Fixture>
{
    public sealed class Fixture : ILedgerFixture
    {
        public Task<LedgerPlace> NewPlaceAsync() => Task.FromResult<LedgerPlace>(new SqlitePlace());
    }
}
