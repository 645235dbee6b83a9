namespace FuncExec.Runtime.PostgresStore.Tests;

/// <summary>Servers of their own, for what no other test could bear.</summary>
public sealed class ServerStateTests
{
    [Fact]
    public async Task A_start_waits_for_a_server_that_is_starting()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        string where = server.ConnectionString();
        await server.StopAsync();
        Task<PostgresDatabase> opening = Databases.OpenAsync(where);
        await server.StartAgainAsync();
        await (await opening).DisposeAsync();
    }

    [Fact]
    public async Task A_standby_is_refused()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        await server.StopAsync();
        server.MakeStandby();
        await server.StartAgainAsync();
        var refusal = await Assert.ThrowsAsync<StartException>(() => Databases.OpenAsync(server.ConnectionString()));
        Assert.Contains("standby", refusal.Message, StringComparison.Ordinal);
    }
}
