namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>One server for the tests that do it no harm.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    internal PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgresServer.StartAsync("shared_preload_libraries=pg_stat_statements");

    public async Task DisposeAsync()
    {
        string log = Server.Log;
        await Server.DisposeAsync();
        Assert.DoesNotContain("deadlock", log, StringComparison.Ordinal);
    }
}

[CollectionDefinition(Name)]
public sealed class PostgresGroup : ICollectionFixture<PostgresFixture>
{
    internal const string Name = "PostgreSQL";
}
