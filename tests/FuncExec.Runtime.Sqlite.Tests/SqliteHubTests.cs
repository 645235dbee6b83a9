using FuncExec.HubContract;

namespace FuncExec.Runtime.Sqlite.Tests;

/// <summary>The SQLite hub keeps the contract.</summary>
public sealed class SqliteHubTests(SqliteHubTests.Fixture fixture)
    : HubContract.HubContract(fixture), IClassFixture<SqliteHubTests.Fixture>
{
    public sealed class Fixture : IHubFixture
    {
        public Task<HubPlace> NewPlaceAsync() => Task.FromResult<HubPlace>(new SqlitePlace());
    }
}
