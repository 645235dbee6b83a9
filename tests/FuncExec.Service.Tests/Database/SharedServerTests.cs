using System.Text.Json;
using FuncExec.Service.Tests.Running;
using FuncExec.Tests.Shared;
using Npgsql;
using Xunit.Abstractions;

namespace FuncExec.Service.Tests.Database;

/// <summary>What a server sees of two nodes: how many connections each has, and who keeps house.</summary>
public sealed class SharedServerTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>As the documentation says: 5 of the hub, 5 of the ledger, 3 of the blobs, and 4 that listen and tell.</summary>
    private const int MostConnections = 17;

    /// <summary>A part of what the sweeper asks, and nobody else.</summary>
    private const string SweepersQuestion = "FROM ledger_tasks t WHERE t.status = 2 AND t.job >";

    private readonly DataDirectory _data = new();
    private readonly Dictionary<string, ServiceProcess> _nodes = [];
    private PostgresServer? _server;

    private PostgresServer Server => _server!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync("log_statement=all", "log_line_prefix=<%a> ");
        string connectionString = await Server.CreateDatabaseAsync();
        foreach (string name in (string[])["left", "right"])
        {
            string own = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = name }.ConnectionString;
            _nodes[name] = DatabaseNode.Make(_data, name, own, ("HEARTBEAT_TIMEOUT_SECONDS", "3"), ("FuncExec__DrainTimeout", "1s"));
        }

        await Task.WhenAll(_nodes.Values.Select(static node => node.StartAsync()));
    }

    public async Task DisposeAsync()
    {
        foreach (ServiceProcess node in _nodes.Values)
        {
            await node.DisposeAsync();
        }

        await Server.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task One_of_two_nodes_keeps_house_and_the_other_when_that_one_is_gone()
    {
        string keeper = "";
        await Patience.UntilAsync("somebody keeps house", () => (keeper = Keepers(0).FirstOrDefault("")).Length > 0);
        string other = _nodes.Keys.Single(name => name != keeper);
        int before = Server.Log.Length;
        await Patience.UntilAsync("it was done some times more", () => CountSweeps(before) >= 3);
        Assert.Equal([keeper], Keepers(before));

        await _nodes[keeper].KillAsync();
        before = Server.Log.Length;

        await Patience.UntilAsync("the other one does it", () => CountSweeps(before) >= 2);
        Assert.Equal([other], Keepers(before));
    }

    [Fact]
    public async Task Busy_node_has_no_more_connections_than_the_documentation_says()
    {
        Dictionary<string, long> most = [];
        Task<string[]> jobs = Task.WhenAll(_nodes.Values.SelectMany(node => Enumerable.Range(0, 10).Select(_ => RunAsync(node))));
        while (!jobs.IsCompleted)
        {
            foreach (string name in _nodes.Keys)
            {
                most[name] = Math.Max(most.GetValueOrDefault(name), await Server.ReadAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'"));
            }
        }

        Assert.All(await jobs, static status => Assert.Equal("succeeded", status));
        output.WriteLine(string.Join(", ", most.Select(static one => $"{one.Key}: {one.Value} connections")));
        Assert.All(most.Values, static count => Assert.InRange(count, 8, MostConnections));
    }

    /// <summary>A job with a workspace, output that is stored while it comes, artifacts, and readers meanwhile.</summary>
    private static async Task<string> RunAsync(ServiceProcess node)
    {
        JsonElement job = await node.Api.PostJobAsync(new
        {
            steps = new[]
            {
                new
                {
                    name = "main",
                    artifacts = new[] { "out" },
                    tasks = Enumerable.Range(0, 20).Select(static _ => new { payload = new { command = "sh", args = new[] { "-c", "seq 1 50000; echo kept > out" } } }),
                },
            },
        });
        string id = job.GetProperty("id").GetString()!;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => node.Api.ReadAsync($"/api/jobs/{id}/tasks")));
        return (await node.Api.WaitForEndAsync(id)).GetProperty("status").GetString()!;
    }

    private int CountSweeps(int from) => Sweeps(from).Count();

    private string[] Keepers(int from) => [.. Sweeps(from).Distinct()];

    /// <summary>The names of those who asked, from the records of the log: each begins with a name in brackets, at the beginning of a line.</summary>
    private IEnumerable<string> Sweeps(int from) => Server.Log[from..].Split("\n<")
        .Where(static record => record.Contains(SweepersQuestion, StringComparison.Ordinal) && record.Contains("LOG:  execute", StringComparison.Ordinal))
        .Select(static record => record[..record.IndexOf('>', StringComparison.Ordinal)].TrimStart('<'));
}
