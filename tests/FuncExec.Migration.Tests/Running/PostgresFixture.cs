using FuncExec.Tests.Shared;

namespace FuncExec.Migration.Tests.Running;

/// <summary>A server for the tests of a class.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    internal PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgresServer.StartAsync();

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();
}
