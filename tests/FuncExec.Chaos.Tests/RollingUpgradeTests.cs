using System.Net;
using System.Text.Json;
using FuncExec.Chaos.Tests.Running;
using FuncExec.Service.Tests.Kills;
using FuncExec.Service.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Chaos.Tests;

/// <summary>
/// The nodes of one release are replaced by those of the next, one by one, while clients send jobs of every shape to both. The next release has
/// another generation of the job's orchestrator and an activity more; what it has begun the present one must leave alone.
/// </summary>
public sealed class RollingUpgradeTests(ITestOutputHelper output)
{
    private const int Nodes = 3;
    private const int LineBytes = 60;

    private static readonly int s_jobs = TestForm.IsLong ? 600 : 42;
    private static readonly int s_rounds = TestForm.IsLong ? 6 : 1;

    /// <summary>Before a node goes, so many lines of commands have come; where nothing is told for a while, it goes all the same.</summary>
    private static readonly int s_lines = TestForm.IsLong ? 60 : 10;
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Nodes_of_two_releases_replace_each_other_under_load_and_nothing_fails()
    {
        output.WriteLine($"FUNCEXEC_SEED={TestForm.Seed}");
        using var data = new DataDirectory();
        var journal = new Journal(data.File("journal"));
        var shapes = new MixedJobs(journal.Path, Guid.NewGuid().ToString("N"), new Random(TestForm.Seed), data.File);
        await using Cluster cluster = await Cluster.StartAsync(Nodes, (connectionString, port) =>
        [
            .. Enumerable.Range(0, 2 * Nodes).Select(at =>
                Node.Make($"{(at < Nodes ? "present" : "next")}-{at % Nodes}", connectionString, port, data.Data, isNext: at >= Nodes)),
        ]);
        using var next = new ServiceClient([.. cluster.Nodes.Reverse().Select(static node => new Uri($"http://{node.Service.Address}"))]) { Key = cluster.Api.Key };

        var clients = new Clients(cluster.Api, shapes, next);
        Task<string> rollout = Task.Run(() => RollOutAsync(cluster, journal, data));
        List<DrivenJob> jobs = await clients.RunAsync(s_jobs, rollout);

        var judge = new KillJudge(cluster.Api, journal.Read(), []);
        await judge.JudgeAsync(jobs, await rollout);
        output.WriteLine($"{jobs.Count} jobs. {judge.Findings}");
        Assert.Equal((0, 0), (judge.BegunAgain, judge.Lost)); // Each node was left the time to end what ran there.
        await JudgeHubAsync(cluster);
        Assert.All(await cluster.ActiveNodesAsync(), static node => Assert.StartsWith("0.2.0-next", node.GetProperty("version").GetString(), StringComparison.Ordinal));
        foreach (Node node in cluster.Nodes.Skip(Nodes))
        {
            Assert.Equal(0, await node.Service.StopAsync());
        }

        Assert.DoesNotContain("deadlock", cluster.Server.Log, StringComparison.Ordinal);
    }

    /// <summary>Both generations have run, no instance met a build that did not know it, and nothing is left.</summary>
    private async Task JudgeHubAsync(Cluster cluster)
    {
        foreach (string left in (string[])["hub_activities", "hub_instances WHERE status < 4"])
        {
            await Patience.UntilAsync($"nothing is left in {left}", async () => await cluster.CountAsync(left) == 0);
        }

        foreach (string name in (string[])["RunJob_v1", "RunJob_v2"])
        {
            long count = await cluster.CountAsync($"hub_instances WHERE name = '\\x00'::bytea || convert_to('{name}', 'UTF8')");
            output.WriteLine($"{count} of {name}.");
            Assert.NotEqual(0, count);
        }

        foreach (string text in (string[])["TaskNotFound", "not deterministic"])
        {
            Assert.Equal(0, await cluster.CountAsync($"hub_instances WHERE position(convert_to('{text}', 'UTF8') IN failure) > 0"));
        }
    }

    /// <summary>Answers the id of a job that the next release has begun before it was taken back.</summary>
    private async Task<string> RollOutAsync(Cluster cluster, Journal journal, DataDirectory data)
    {
        Node[] present = [.. cluster.Nodes.Take(Nodes)];
        Node[] next = [.. cluster.Nodes.Skip(Nodes)];

        // As the first node of the next release would: what it adds to the schema.
        await cluster.ExecuteAsync(
            """
            BEGIN;
            ALTER TABLE hub_instances ADD COLUMN of_next text;
            ALTER TABLE ledger_jobs ADD COLUMN of_next text;
            UPDATE funcexec_versions SET version = version + 1;
            COMMIT;
            """);
        await ReplaceAsync(cluster, journal, present[0], next[0]);
        string held = await HoldAsync(next[0], data);
        await ReplaceAsync(cluster, journal, next[0], present[0]);
        await SeeItLeftAsync(cluster, held, present);
        await ReplaceAsync(cluster, journal, present[0], next[0]);
        JsonElement end = await cluster.Api.WaitForEndAsync(held);
        Assert.True(end.GetProperty("status").GetString() == "succeeded", end.ToString());
        for (int at = 1; at < Nodes; at++)
        {
            await ReplaceAsync(cluster, journal, present[at], next[at]);
        }

        for (int round = 1; round < s_rounds; round++)
        {
            foreach ((Node leaving, Node coming) in next.Zip(present).Concat(present.Zip(next)))
            {
                await ReplaceAsync(cluster, journal, leaving, coming);
            }
        }

        return held;
    }

    private async Task ReplaceAsync(Cluster cluster, Journal journal, Node leaving, Node coming)
    {
        output.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {coming.Name} comes, {leaving.Name} goes");
        await coming.Service.StartAsync();
        long until = journal.Length + (s_lines * LineBytes);
        using (var silence = new CancellationTokenSource(s_silence))
        {
            while (journal.Length < until && !silence.IsCancellationRequested)
            {
                await Task.Delay(2);
            }
        }

        await cluster.DrainAsync(leaving);
        Assert.Equal(0, await leaving.Service.StopAsync());
    }

    /// <summary>A job that has begun at a node, and is suspended with a task to come.</summary>
    private static async Task<string> HoldAsync(Node node, DataDirectory data)
    {
        using var gate = new Gate(data);
        object[] tasks = [new { payload = gate.Job }, new { payload = new { command = "echo", args = new[] { "after" } } }];
        string id = (await node.Service.Api.PostJobAsync(new { maxParallelism = 1, steps = new object[] { new { name = "held", tasks } } })).GetProperty("id").GetString()!;
        await Patience.UntilAsync("the command waits at the gate", () => gate.Living.Count > 0);
        (await node.Service.Api.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/suspend")).Expect(HttpStatusCode.Accepted);
        gate.Open();
        await Patience.UntilAsync("nothing of it runs", async () =>
            (await node.Service.Api.ReadAsync($"/api/jobs/{id}")).GetProperty("counts").GetProperty("running").GetInt32() == 0);
        return id;
    }

    /// <summary>Has it go on where no node knows it: all of them leave it alone.</summary>
    private static async Task SeeItLeftAsync(Cluster cluster, string id, Node[] nodes)
    {
        (await cluster.Api.SendAsync(HttpMethod.Post, $"/api/jobs/{id}/resume")).Expect(HttpStatusCode.Accepted);
        await Patience.UntilAsync("every node has seen that it does not know it", () => Array.TrueForAll(
            nodes, static node => node.Service.Log.Contains("orchestrator function 'RunJob_v2' is left to other nodes", StringComparison.Ordinal)
                || node.Service.Log.Contains("unfinished instances are of the orchestrator 'RunJob_v2'", StringComparison.Ordinal)));
        JsonElement job = await cluster.Api.ReadAsync($"/api/jobs/{id}");
        Assert.True(job.GetProperty("finishedAt").ValueKind is JsonValueKind.Null, job.ToString());
    }
}
