using System.Globalization;
using FuncExec.Chaos.Tests.Faults;
using FuncExec.Chaos.Tests.Running;
using FuncExec.Service.Tests.Kills;
using FuncExec.Service.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Chaos.Tests;

/// <summary>
/// Five nodes over one database while nodes, the database and the way between them fail. What must come of it is judged from outside:
/// by what the commands themselves wrote and by what clients were told.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int LineBytes = 60;
    private const int MostLines = 40;

    /// <summary>By hand any other number: FUNCEXEC_FAULTS.</summary>
    private static readonly int s_faults = Environment.GetEnvironmentVariable("FUNCEXEC_FAULTS") is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : TestForm.IsLong ? 300 : 10;

    private static readonly int s_jobs = TestForm.IsLong ? 2_000 : 42;

    /// <summary>Where nothing is told for so long, the next fault comes all the same.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Every_job_ends_right_whatever_fails()
    {
        output.WriteLine($"FUNCEXEC_SEED={TestForm.Seed}");
        using var data = new DataDirectory();
        var journal = new Journal(data.File("journal"));
        string mark = Guid.NewGuid().ToString("N");
        var shapes = new MixedJobs(journal.Path, mark, new Random(TestForm.Seed), data.File);
        await using Cluster cluster = await Cluster.StartAsync(
            data.Data, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(3));

        var clients = new Clients(cluster.Api, shapes);
        List<DrivenJob> jobs;
        try
        {
            Task failing = FailAsync(cluster, journal);
            jobs = await clients.RunAsync(s_jobs, failing);
            await failing;
        }
        catch
        {
            await DescribeAsync(cluster, clients.Jobs);
            throw;
        }

        output.WriteLine($"{s_faults} faults, {jobs.Count} jobs, {jobs.Sum(static job => job.Resumptions)} resumptions of events.");

        var judge = new KillJudge(cluster.Api, journal.Read(), [], nodesFreeze: true);
        await judge.JudgeAsync(jobs);
        output.WriteLine(judge.Findings);
        foreach (string left in (string[])["hub_activities", "hub_instances WHERE status < 4"])
        {
            await Patience.UntilAsync($"nothing is left in {left}", async () => await cluster.CountAsync(left) == 0);
        }

        await Patience.UntilAsync("no command is left", () => ProcessTable.Find(MixedJobs.MarkVariable, mark).Count == 0);
        foreach (Node node in cluster.Nodes)
        {
            Assert.Equal(0, await node.Service.StopAsync());
        }

        Assert.DoesNotContain("deadlock", cluster.Server.Log, StringComparison.Ordinal);
    }

    private async Task FailAsync(Cluster cluster, Journal journal)
    {
        var random = new Random(TestForm.Seed);
        foreach (Fault fault in Fault.Order(cluster, random, s_faults))
        {
            long until = journal.Length + (random.Next(1, MostLines) * LineBytes);
            using var silence = new CancellationTokenSource(s_silence);
            while (journal.Length < until && !silence.IsCancellationRequested)
            {
                await Task.Delay(2);
            }

            output.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {fault.Name}");
            await fault.HappenAsync();
        }
    }

    /// <summary>Writes what did not end, and what the nodes said.</summary>
    private async Task DescribeAsync(Cluster cluster, IReadOnlyList<DrivenJob> jobs)
    {
        foreach (DrivenJob job in jobs.Where(static job => job.Id.Length > 0))
        {
            Answer found = await cluster.Api.SendAsync(HttpMethod.Get, $"/api/jobs/{job.Id}");
            if (found.Text.Contains("\"finishedAt\":null", StringComparison.Ordinal))
            {
                output.WriteLine($"{job.Case.Name}: {found.Text}");
                output.WriteLine((await cluster.Api.SendAsync(HttpMethod.Get, $"/api/jobs/{job.Id}/tasks?limit=500")).Text);
            }
        }

        output.WriteLine(await cluster.DescribeInstancesAsync());
        foreach (Node node in cluster.Nodes)
        {
            output.WriteLine($"{node.Name}:\n{node.Service.Log}");
        }
    }
}
