using System.Diagnostics;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>One orchestration calls 1,000 activities, one after another.</summary>
internal sealed class Sequence : Workload
{
    private const int Steps = 1_000;

    public override string Name => "sequence";

    public override string Description => "1,000 activities in sequence";

    public override IReadOnlyList<Figure> Figures { get; } =
        [new("", "steps/s", Bound.AtLeast, 2_500, 5_000, "Restate 1,063; DBOS 900 (200 steps)")];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using Node node = await Node.StartWarmAsync(directory);
        long start = Stopwatch.GetTimestamp();
        await node.RunAsync(BenchmarkTasks.Sequence, Steps);
        return [Steps / Stopwatch.GetElapsedTime(start).TotalSeconds];
    }
}
