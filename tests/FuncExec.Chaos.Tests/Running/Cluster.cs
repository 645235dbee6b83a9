using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;
using Npgsql;

namespace FuncExec.Chaos.Tests.Running;

/// <summary>Some nodes over one PostgreSQL.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>How long a node's leases live.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    private Cluster(PostgresServer server, string connectionString, IReadOnlyList<Node> nodes)
    {
        Server = server;
        ConnectionString = connectionString;
        Nodes = nodes;
        Api = new ServiceClient([.. nodes.Select(static node => new Uri($"http://{node.Service.Address}"))]);
    }

    public PostgresServer Server { get; }

    public string ConnectionString { get; }

    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Counts rows of the hub.</summary>
    public Task<long> CountAsync(string rows) =>
        Server.ReadAsync<long>($"SELECT count(*) FROM funcexec_funcexec.{rows}", new NpgsqlConnectionStringBuilder(ConnectionString).Database!);

    /// <summary>Speaks to whichever node answers.</summary>
    public ServiceClient Api { get; }

    /// <summary>Starts a server and nodes.</summary>
    /// <param name="directory">Where their data directories go.</param>
    /// <param name="shifts">How wrong each node's clock is.</param>
    public static async Task<Cluster> StartAsync(string directory, params TimeSpan[] shifts)
    {
        PostgresServer server = await PostgresServer.StartAsync();
        string connectionString = await server.CreateDatabaseAsync();
        Node[] nodes = [.. shifts.Select((shift, index) => Node.Make(index, connectionString, server.Port, directory, shift))];
        var cluster = new Cluster(server, connectionString, nodes);
        try
        {
            foreach (Node node in nodes)
            {
                await node.Service.StartAsync();
            }

            cluster.Api.Key = nodes[0].Service.Api.Key;
            Assert.All(nodes, node => Assert.Equal(cluster.Api.Key, node.Service.Api.Key));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        foreach (Node node in Nodes)
        {
            await node.DisposeAsync();
        }

        await Server.DisposeAsync();
    }
}
