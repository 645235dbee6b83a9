using FuncExec.HubContract;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>The PostgreSQL hub keeps the contract.</summary>
[Collection(PostgresGroup.Name)]
public sealed class PostgresHubTests(PostgresFixture fixture) : HubContract.HubContract(new Places(fixture))
{
    private sealed class Places(PostgresFixture fixture) : IHubFixture
    {
        public async Task<HubPlace> NewPlaceAsync() => await PostgresPlace.NewAsync(fixture.Server);
    }
}
