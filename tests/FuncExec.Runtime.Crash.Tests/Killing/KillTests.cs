using FuncExec.Runtime.Crash.Tests.Running;
using Xunit.Abstractions;

namespace FuncExec.Runtime.Crash.Tests.Killing;

/// <summary>The host is killed at random moments and started again, until all work has ended.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Instances = 200;

    [Fact]
    public async Task Every_instance_ends_right_and_nothing_is_recorded_twice()
    {
        using var data = new DataDirectory();
        int kills = TestForm.IsLong ? 50 : 5;
        var batches = new List<string>();
        var random = new Random(TestForm.Seed);
        output.WriteLine($"FUNCEXEC_SEED={TestForm.Seed}");
        while (kills > 0)
        {
            batches.Add($"b{batches.Count}");
            kills -= await RunBatchAsync(data, batches[^1], kills, random);
        }

        var oracle = new Oracle(await File.ReadAllLinesAsync(data.Journal));
        WorkItem[] items = [.. batches.SelectMany(static batch => WorkItem.Mixed(batch, Instances))];
        await HubJudge.NothingWaitsAsync(data.Hub);
        await JudgeAsync(data, items, oracle);
    }

    /// <summary>Runs a batch to its end, kills the host on the way, and answers how often.</summary>
    private async Task<int> RunBatchAsync(DataDirectory data, string batch, int most, Random random)
    {
        for (int kills = 0; ; kills++)
        {
            await using HostProcess host = HostProcess.Start([], "together", data.Hub, data.Journal, $"{Instances}", "0", batch);

            // The moment is counted in what the host tells, not in time, so that a slow machine is hit as well as a fast one.
            int lines = 1 + random.Next(400);
            bool ended = false;
            for (int read = 0; !ended && (kills == most || read < lines); read++)
            {
                ended = await host.ReadLineAsync() == "ended";
            }

            await host.KillAsync();
            if (ended)
            {
                output.WriteLine($"{batch} ended after {kills} kills.");
                return kills;
            }
        }
    }

    private static async Task JudgeAsync(DataDirectory data, WorkItem[] items, Oracle oracle)
    {
        using var journal = new Journal(Path.Combine(data.Create("judge"), "journal"));
        await using DurableEngine engine = await HostNode.StartAsync(data.Hub, journal);
        var found = new HashSet<string>();
        int activities = 0;
        await foreach (OrchestrationMetadata instance in engine.Client.GetAllInstancesAsync(new OrchestrationQuery { FetchInputsAndOutputs = true }))
        {
            Assert.True(found.Add(instance.InstanceId));
            Assert.True(
                instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed,
                $"{instance.InstanceId}: {instance.RuntimeStatus} {instance.FailureDetails}");
            if (WorkItem.Find(instance.InstanceId) is { } item)
            {
                Assert.Equal(item.Result, instance.ReadOutputAs<int>());
            }

            var turns = await engine.ReadHistoryAsync(instance.InstanceId, CancellationToken.None);
            HistoryJudge.Check(instance.InstanceId, turns, oracle);
            activities += turns.Sum(static turn => turn.Received.Count(static received => received is History.TaskCompleted));
        }

        int children = items.Count(static item => item.Shape == Shape.Parent) * 2;
        Assert.Equal(items.Length + children, found.Count);
        Assert.Subset(found, items.Select(static item => item.Id).ToHashSet());
        Assert.Subset(found, oracle.Acknowledged.ToHashSet());
        Assert.True(oracle.Runs >= activities);
        Assert.Empty(await File.ReadAllLinesAsync(Path.Combine(data.Create("judge"), "journal")));
    }
}
