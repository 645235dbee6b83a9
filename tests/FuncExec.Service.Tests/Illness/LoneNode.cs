using FuncExec.Service.Tests.Database;
using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;
using Npgsql;

namespace FuncExec.Service.Tests.Illness;

/// <summary>A node over a PostgreSQL that falls ill, with a lease that outlasts every illness.</summary>
public sealed class LoneNode : IAsyncLifetime
{
    private PostgresServer? _server;
    private ServiceProcess? _node;
    private string _connectionString = "";

    internal DataDirectory Data { get; } = new();

    internal PostgresServer Server => _server!;

    internal string Database => new NpgsqlConnectionStringBuilder(_connectionString).Database!;

    internal NodeWatch Watch => new(_node!.Api, Server, Database);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync("max_connections=40");
        _connectionString = await Server.CreateDatabaseAsync();
        await Server.ExecuteAsync("CREATE ROLE node LOGIN; CREATE SCHEMA funcexec_funcexec AUTHORIZATION node", Database);
        string connectionString = new NpgsqlConnectionStringBuilder(_connectionString) { Username = "node", Timeout = 3, CommandTimeout = 3 }.ConnectionString;
        _node = DatabaseNode.Make(Data, "lone", connectionString, ("HEARTBEAT_TIMEOUT_SECONDS", "600"), ("FuncExec__DrainTimeout", "1s"));
        await _node.StartAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _node!.DisposeAsync();
        await Server.DisposeAsync();
        Data.Dispose();
    }
}
