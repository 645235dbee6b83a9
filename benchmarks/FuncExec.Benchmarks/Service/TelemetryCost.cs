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
    private const int Pairs = 10;
    private const int Steps = 10_000;

    /// <summary>So many times per measurement: the system counts processor time in hundredths of a second.</summary>
    private const int Times = 8;

    private const int Commands = 500;
    private const int CommandPairs = 6;

    /// <summary>Two services differ by some per cent by themselves, by how they were compiled and collected: several of each are measured.</summary>
    private const int Services = 4;

    private static readonly string s_job = $"{{\"commands\":[{string.Join(',', Enumerable.Repeat("{\"command\":\"/bin/true\"}", Commands))}]}}";

    public override string Name => "telemetry-cost";

    public override string Description => "processor time with telemetry on, of the same without, interleaved pairs";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("no-op steps, figures for /metrics", "×", Bound.AtMost, 1.05),
        new("/bin/true, figures for /metrics and OTLP with spans, figures and logs", "×", Bound.AtMost, 1.05),
        new("no-op steps without", "µs/step", Bound.AtLeast, 0),
        new("/bin/true without", "µs/command", Bound.AtLeast, 0),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        (double steps, double step) = await MeasureStepsAsync(Path.Combine(directory, "engine"));
        (double commands, double command) = await MeasureCommandsAsync(directory);
        return [steps, commands, step, command];
    }

    private static async Task<(double Ratio, double PerCommand)> MeasureCommandsAsync(string directory)
    {
        using OtlpSink sink = new();
        List<double> off = [], on = [];
        for (int number = 0; number < Services; number++)
        {
            await using ServiceUnderTest without = await ServiceUnderTest.StartAsync(
                Path.Combine(directory, $"off{number}"), ("FuncExec__Metrics__Enabled", "false"));
            await using ServiceUnderTest with = await ServiceUnderTest.StartAsync(
                Path.Combine(directory, $"on{number}"), ("OTEL_EXPORTER_OTLP_ENDPOINT", sink.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
            for (int warm = 0; warm < 2; warm++)
            {
                await without.SucceedAsync(s_job);
                await with.SucceedAsync(s_job);
            }

            for (int pair = 0; pair < CommandPairs; pair++)
            {
                bool isOnFirst = pair % 2 == 1;
                await MeasureAsync(isOnFirst ? with : without, isOnFirst ? on : off);
                await MeasureAsync(isOnFirst ? without : with, isOnFirst ? off : on);
            }
        }

        return sink.Received > 0
            ? (Ratio(on, off), Median(off))
            : throw new InvalidOperationException("Nothing was sent by OTLP.");

        static async Task MeasureAsync(ServiceUnderTest service, List<double> costs)
        {
            TimeSpan before = service.ProcessorTime();
            await service.SucceedAsync(s_job);
            costs.Add((service.ProcessorTime() - before).TotalMicroseconds / Commands);
        }
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
            for (int time = 0; time < Times; time++)
            {
                await node.RunAsync(BenchmarkTasks.FanOut, Steps);
            }

            self.Refresh();
            (isOn ? on : off).Add((self.TotalProcessorTime - before).TotalMicroseconds / (Times * Steps));
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
