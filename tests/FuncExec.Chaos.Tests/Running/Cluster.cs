using System.Net;
using System.Text.Json;
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

    private string Database => new NpgsqlConnectionStringBuilder(ConnectionString).Database!;

    /// <summary>Counts rows of the hub.</summary>
    public Task<long> CountAsync(string rows) => Server.ReadAsync<long>($"SELECT count(*) FROM funcexec_funcexec.{rows}", Database);

    /// <summary>Runs statements in the schema.</summary>
    public Task ExecuteAsync(string sql) => Server.ExecuteAsync($"SET search_path = funcexec_funcexec; {sql}", Database);

    /// <summary>Speaks to whichever node answers.</summary>
    public ServiceClient Api { get; }

    /// <summary>Starts a server and nodes.</summary>
    /// <param name="directory">Where their data directories go.</param>
    /// <param name="shifts">How wrong each node's clock is.</param>
    public static Task<Cluster> StartAsync(string directory, params TimeSpan[] shifts) => StartAsync(
        shifts.Length, (connectionString, port) => [.. shifts.Select((shift, index) => Node.Make(index, connectionString, port, directory, shift))]);

    /// <summary>Starts a server and the first of some nodes; the others stand by.</summary>
    public static async Task<Cluster> StartAsync(int running, Func<string, int, Node[]> make)
    {
        PostgresServer server = await PostgresServer.StartAsync();
        string connectionString = await server.CreateDatabaseAsync();
        Node[] nodes = make(connectionString, server.Port);
        var cluster = new Cluster(server, connectionString, nodes);
        try
        {
            foreach (Node node in nodes[..running])
            {
                await node.Service.StartAsync();
            }

            cluster.Api.Key = nodes[0].Service.Api.Key;
            Assert.All(nodes[..running], node => Assert.Equal(cluster.Api.Key, node.Service.Api.Key));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The nodes that take part, as any of them tells it.</summary>
    public async Task<JsonElement[]> ActiveNodesAsync() => [.. (await Api.ReadAsync("/api/nodes")).GetProperty("items").EnumerateArray()
        .Where(static listed => listed.GetProperty("state").GetString() is "active")];

    /// <summary>Has a node drain, by way of whichever node answers.</summary>
    public async Task DrainAsync(Node node)
    {
        string id = "";
        await Patience.UntilAsync($"{node.Name} is in the list of nodes", async () =>
        {
            id = (await ActiveNodesAsync())
                .Where(listed => listed.GetProperty("name").GetString() == node.Name)
                .Select(static listed => listed.GetProperty("id").GetString()!)
                .FirstOrDefault("");
            return id.Length > 0;
        });
        (await Api.SendAsync(HttpMethod.Post, $"/api/nodes/{id}/drain")).Expect(HttpStatusCode.Accepted);
    }

    /// <summary>How the instances of the hub stand that have not finished, with what waits for them.</summary>
    public Task<string> DescribeInstancesAsync() => Server.ReadAsync<string>(
        """
        SET search_path = funcexec_funcexec;
        SELECT coalesce(string_agg(concat_ws(' ', encode(i.id, 'escape'), 'status', i.status, 'owner', i.owner, 'begins', i.to_begin,
            'inbox', (SELECT count(*) FROM hub_inbox m WHERE m.instance_key = i.key),
            'activities', (SELECT string_agg(a.owner::text, ',') FROM hub_activities a WHERE a.instance_key = i.key),
            'timers', (SELECT count(*) FROM hub_timers t WHERE t.instance_key = i.key)), E'\n'), '')
            || E'\nsessions ' || (SELECT string_agg(concat_ws(' ', id, encode(node, 'escape'), expires - hub_clock()), ', ') FROM hub_sessions)
        FROM hub_instances i WHERE i.status < 4
        """,
        Database);

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
