using System.Diagnostics;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>Orchestrations of one activity, 50 of them under way at any moment.</summary>
internal sealed class ManyAtOnce : Workload
{
    private const int Count = 2_000;
    private const int InFlight = 50;

    public override string Name => "many-at-once";

    public override string Description => "2,000 one-step orchestrations, 50 in flight";

    public override IReadOnlyList<Figure> Figures { get; } =
        [new("", "orchestrations/s", Bound.AtLeast, 6_000, 12_000, "Restate 2,260; DBOS 959")];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using Node node = await Node.StartWarmAsync(directory);
        int left = Count;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await node.RunAsync(BenchmarkTasks.OneStep);
            }
        }));
        return [Count / Stopwatch.GetElapsedTime(start).TotalSeconds];
    }
}
