using System.Diagnostics;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>One orchestration calls 10,000 activities at once and waits for all.</summary>
internal sealed class FanOut : Workload
{
    private const int Steps = 10_000;

    public override string Name => "fan-out";

    public override string Description => "one orchestration fans out 10,000 no-op activities and joins";

    public override IReadOnlyList<Figure> Figures { get; } =
        [new("", "steps/s", Bound.AtLeast, 15_000, 30_000, "DBOS 1,478 (5,000 steps); Restate 436 (5,000), 1,850 (1,000)")];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using Node node = await Node.StartWarmAsync(directory);
        long start = Stopwatch.GetTimestamp();
        await node.RunAsync(BenchmarkTasks.FanOut, Steps);
        return [Steps / Stopwatch.GetElapsedTime(start).TotalSeconds];
    }
}
