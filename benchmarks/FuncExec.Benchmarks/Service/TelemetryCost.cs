using System.Diagnostics;
using FuncExec.Benchmarks.Workloads;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Telemetry.Prometheus;
using Microsoft.Extensions.Options;

namespace FuncExec.Benchmarks.Service;

/// <summary>
/// What telemetry costs in processor time a step: the same work with and without it, one after the other, pair by pair, so that
/// what the machine does besides meets both.
/// </summary>
internal sealed class TelemetryCost : Workload
{
    private const int Pairs = 12;
    private const int Steps = 10_000;
    private const int CommandPairs = 8;
    private const int Commands = 500;

    private static readonly string s_job = $"{{\"commands\":[{string.Join(',', Enumerable.Repeat("{\"command\":\"/bin/true\"}", Commands))}]}}";

    public override string Name => "telemetry-cost";

    public override string Description => "processor time with telemetry on, of the same without, interleaved pairs";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("no-op steps, figures for /metrics", "×", Bound.AtMost, 1.05),
        new("/bin/true, figures for /metrics", "×", Bound.AtMost, 1.05),
        new("/bin/true, OTLP with spans, figures and logs", "×", Bound.AtMost, 1.05),
        new("no-op steps without", "µs/step", Bound.AtLeast, 0),
        new("/bin/true without", "µs/command", Bound.AtLeast, 0),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        (double steps, double step) = await MeasureStepsAsync(Path.Combine(directory, "engine"));
        using OtlpSink sink = new();
        await using ServiceUnderTest off = await ServiceUnderTest.StartAsync(
            Path.Combine(directory, "off"), ("FuncExec__Metrics__Enabled", "false"));
        await using ServiceUnderTest figures = await ServiceUnderTest.StartAsync(Path.Combine(directory, "figures"));
        await using ServiceUnderTest all = await ServiceUnderTest.StartAsync(
            Path.Combine(directory, "all"), ("OTEL_EXPORTER_OTLP_ENDPOINT", sink.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        ServiceUnderTest[] services = [off, figures, all];
        foreach (ServiceUnderTest service in services)
        {
            await service.SucceedAsync(s_job);
            await service.SucceedAsync(s_job);
        }

        List<double>[] costs = [[], [], []];
        for (int pair = 0; pair < CommandPairs; pair++)
        {
            for (int i = 0; i < services.Length; i++)
            {
                int which = (pair + i) % services.Length; // None is always the first.
                TimeSpan before = services[which].ProcessorTime();
                await services[which].SucceedAsync(s_job);
                costs[which].Add((services[which].ProcessorTime() - before).TotalMicroseconds / Commands);
            }
        }

        if (sink.Received == 0)
        {
            throw new InvalidOperationException("Nothing was sent by OTLP.");
        }

        return [steps, Ratio(costs[1], costs[0]), Ratio(costs[2], costs[0]), step, Median(costs[0])];
    }

    private static async Task<(double Ratio, double PerStep)> MeasureStepsAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        await using Node node = await Node.StartWarmAsync(directory);
        List<double> off = [], on = [];
        using Process self = Process.GetCurrentProcess();
        for (int pair = 0; pair < Pairs; pair++)
        {
            bool isOnFirst = pair % 2 == 1;
            await MeasureAsync(isOnFirst);
            await MeasureAsync(!isOnFirst);
        }

        return (Ratio(on, off), Median(off));

        async Task MeasureAsync(bool isOn)
        {
            using MetricCollector? collector = isOn ? new MetricCollector(Options.Create(new AppOptions())) : null;
            await (collector?.StartAsync(CancellationToken.None) ?? Task.CompletedTask);
            GC.Collect();
            self.Refresh();
            TimeSpan before = self.TotalProcessorTime;
            await node.RunAsync(BenchmarkTasks.FanOut, Steps);
            self.Refresh();
            (isOn ? on : off).Add((self.TotalProcessorTime - before).TotalMicroseconds / Steps);
        }
    }

    /// <summary>The median of what each pair says: what changes from pair to pair does not count.</summary>
    private static double Ratio(List<double> on, List<double> off) => Median([.. on.Zip(off, static (with, without) => with / without)]);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
