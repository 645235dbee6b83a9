using System.Diagnostics;
using FuncExec.Benchmarks.Measuring;
using Microsoft.DurableTask.Client;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>10,000 orchestrations, started evenly within a second, each sleep two seconds.</summary>
internal sealed class Timers : Workload
{
    private const int Count = 10_000;
    private const double SleepSeconds = 2;
    private static readonly TimeSpan s_startWithin = TimeSpan.FromSeconds(1);

    public override string Name => "timers";

    public override string Description => "10,000 orchestrations asleep for 2 s, started within 1 s: lateness";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("p50", "ms", Bound.AtMost, 10, Peer: "Restate 26–38; DBOS 41"),
        new("p99", "ms", Bound.AtMost, 50, Peer: "Restate 111–182; DBOS 79"),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using Node node = await Node.StartWarmAsync(directory);
        await node.RunAsync(BenchmarkTasks.Sleep, 0.1);
        var ends = new List<Task<OrchestrationMetadata>>(Count);
        long start = Stopwatch.GetTimestamp();
        while (ends.Count < Count)
        {
            int due = (int)Math.Min(Count, Count * (Stopwatch.GetElapsedTime(start) / s_startWithin));
            while (ends.Count < due)
            {
                ends.Add(node.RunAsync(BenchmarkTasks.Sleep, SleepSeconds));
            }

            await Task.Delay(1);
        }

        double[] lateness = [.. (await Task.WhenAll(ends)).Select(end => end.ReadOutputAs<double>())];
        return [Samples.Percentile(lateness, 0.5), Samples.Percentile(lateness, 0.99)];
    }
}
