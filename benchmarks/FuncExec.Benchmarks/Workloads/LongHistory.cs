using System.Diagnostics;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>One orchestration calls 100,000 activities in sequence; then the engine restarts and the instance gets its last event.</summary>
internal sealed class LongHistory : Workload
{
    private const int Steps = 100_000;
    private const int Part = 10_000;

    public override string Name => "long-history";

    public override string Description => "100,000 activities in sequence in one instance";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("last 10,000 / first 10,000", "", Bound.AtMost, 1.2),
        new("rebuilt from history", "s", Bound.AtMost, 2),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        string id;
        double ratio;
        await using (Node node = await Node.StartWarmAsync(directory))
        {
            node.Marks.Noted.UnionWith([0, Part, Steps - 1 - Part, Steps - 1]);
            id = await node.Client.ScheduleNewOrchestrationInstanceAsync(BenchmarkTasks.SequenceThenEvent, Steps);
            await WaitForLastStepAsync(node);
            ratio = node.Marks.Between(Steps - 1 - Part, Steps - 1) / node.Marks.Between(0, Part);
        }

        long start = Stopwatch.GetTimestamp();
        await using Node again = await Node.StartAsync(directory);
        await again.Client.RaiseEventAsync(id, BenchmarkTasks.LastEvent, 1);
        await again.EndOfAsync(id);
        return [ratio, Stopwatch.GetElapsedTime(start).TotalSeconds];
    }

    /// <summary>The last activity has been called when it was noted; its turn follows within the node's orderly stop.</summary>
    private static async Task WaitForLastStepAsync(Node node)
    {
        while (!node.Marks.Has(Steps - 1))
        {
            await Task.Delay(50);
        }
    }
}
