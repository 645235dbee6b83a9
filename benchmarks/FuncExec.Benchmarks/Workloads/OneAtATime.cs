using System.Diagnostics;
using FuncExec.Benchmarks.Measuring;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>Orchestrations of one activity, each started when the last one's end was seen.</summary>
internal sealed class OneAtATime : Workload
{
    private const int Count = 1_000;

    public override string Name => "one-at-a-time";

    public override string Description => "one-step orchestrations one at a time, start to observed completion";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("p50", "ms", Bound.AtMost, 1, Peer: "DBOS 2.5; Restate 3.7"),
        new("p99", "ms", Bound.AtMost, 4, Peer: "DBOS 6.4; Restate 8.1"),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using Node node = await Node.StartWarmAsync(directory);
        var samples = new List<double>(Count);
        for (int i = 0; i < Count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await node.RunAsync(BenchmarkTasks.OneStep);
            samples.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return [Samples.Percentile(samples, 0.5), Samples.Percentile(samples, 0.99)];
    }
}
