using System.Diagnostics;
using FuncExec.Benchmarks.Measuring;

namespace FuncExec.Benchmarks.Service;

/// <summary>One command at a time, from the request to the answer that has its outcome.</summary>
internal sealed class PostAndWait : Workload
{
    private const int Warm = 200;
    private const int Count = 1_000;
    private const string Job = """{"command":"/bin/true"}""";

    public override string Name => "post-and-wait";

    public override string Description => "POST /api/jobs?wait of /bin/true, one at a time";

    public override IReadOnlyList<Figure> Figures { get; } = [new("p50", "ms", Bound.AtMost, 6), new("p99", "ms", Bound.AtMost, 20)];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        await using ServiceUnderTest service = await ServiceUnderTest.StartAsync(directory);
        for (int i = 0; i < Warm; i++)
        {
            await service.SucceedAsync(Job);
        }

        List<double> samples = new(Count);
        for (int i = 0; i < Count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await service.SucceedAsync(Job);
            samples.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return [Samples.Percentile(samples, 0.5), Samples.Percentile(samples, 0.99)];
    }
}
