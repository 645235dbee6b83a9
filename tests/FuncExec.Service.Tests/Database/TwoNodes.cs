using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;

namespace FuncExec.Service.Tests.Database;

/// <summary>Two nodes that have nothing in common but a PostgreSQL. Each has its name as a label.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    internal DataDirectory Data { get; } = new();

    internal PostgresServer Server { get; private set; } = null!;

    internal ServiceProcess Left { get; private set; } = null!;

    internal ServiceProcess Right { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await PostgresServer.StartAsync();
        string connectionString = await Server.CreateDatabaseAsync();
        Left = DatabaseNode.Make(Data, "left", connectionString);
        Right = DatabaseNode.Make(Data, "right", connectionString);
        await Task.WhenAll(Left.StartAsync(), Right.StartAsync()); // At once: one of them makes the tables.
    }

    public async Task DisposeAsync()
    {
        await Left.DisposeAsync();
        await Right.DisposeAsync();
        string log = Server.Log;
        await Server.DisposeAsync();
        Data.Dispose();
        Assert.DoesNotContain("deadlock", log, StringComparison.Ordinal);
    }
}
