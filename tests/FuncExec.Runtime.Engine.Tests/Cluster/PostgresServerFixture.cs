using FuncExec.Tests.Shared;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>One PostgreSQL server for the tests of a class.</summary>
public sealed class PostgresServerFixture : IAsyncLifetime
{
    private PostgresServer? _server;

    internal PostgresServer Server => _server!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => _server = await PostgresServer.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await _server!.DisposeAsync();
}
