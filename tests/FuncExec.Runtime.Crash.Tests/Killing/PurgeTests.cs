using FuncExec.Runtime.Crash.Tests.Running;

namespace FuncExec.Runtime.Crash.Tests.Killing;

/// <summary>What was purged leaves room for what comes.</summary>
public sealed class PurgeTests
{
    [Fact]
    public async Task Cycles_of_work_and_purge_do_not_let_the_file_grow()
    {
        using var data = new DataDirectory();
        var sizes = new List<long>();
        for (int cycle = 0; cycle < 10; cycle++)
        {
            await WorkAndPurgeAsync(data, $"c{cycle}");

            // The engine is closed: the log has been copied into the file.
            sizes.Add(new FileInfo(HostNode.FileIn(data.Hub)).Length);
        }

        Assert.True(sizes[^1] <= 1.2 * sizes[0], $"The file grew: {string.Join(", ", sizes)} bytes.");
    }

    private static async Task WorkAndPurgeAsync(DataDirectory data, string batch)
    {
        using var journal = new Journal(data.Journal);
        await using DurableEngine engine = await HostNode.StartAsync(data.Hub, journal);
        IReadOnlyList<WorkItem> items = WorkItem.Mixed(batch, 140);
        await new WorkRun(engine.Client, journal).TogetherAsync(items);
        PurgeResult purged = await engine.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter());
        Assert.Equal(items.Count + (2 * items.Count(static item => item.Shape == Shape.Parent)), purged.PurgedInstanceCount);
        await foreach (OrchestrationMetadata left in engine.Client.GetAllInstancesAsync())
        {
            Assert.Fail($"{left.InstanceId} was not purged.");
        }
    }
}
