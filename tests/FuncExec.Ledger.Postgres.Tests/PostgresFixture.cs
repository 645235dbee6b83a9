namespace FuncExec.Ledger.Postgres.Tests;

/// <summary>One server for the tests that do it no harm. In none of them may two nodes wait for each other in a ring.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    internal PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgresServer.StartAsync();

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
