using FuncExec.HubContract;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>The PostgreSQL hub keeps the contract.</summary>
public sealed class PostgresHubTests(PostgresHubTests.Fixture fixture)
    : HubContract.HubContract(fixture), IClassFixture<PostgresHubTests.Fixture>
{
    public sealed class Fixture : IHubFixture, IAsyncLifetime
    {
        private PostgresServer? _server;

        public async Task InitializeAsync() => _server = await PostgresServer.StartAsync();

        public async Task DisposeAsync() => await _server!.DisposeAsync();

        public async Task<HubPlace> NewPlaceAsync() => await PostgresPlace.CreateAsync(_server!);
    }
}
