using System.Diagnostics;
using FuncExec.Benchmarks.Measuring;

namespace FuncExec.Benchmarks.Workloads;

/// <summary>A process that started 100,000 orchestrations which all sleep; it is watched, killed, and started again.</summary>
internal sealed class Sleepers : Workload
{
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(10);

    public override string Name => "sleepers";

    public override string Description => "100,000 sleeping instances";

    public override IReadOnlyList<Figure> Figures { get; } =
    [
        new("resident", "MiB", Bound.AtMost, 400),
        new("processor, of one core", "%", Bound.AtMost, 1),
        new("restart after SIGKILL to first answer", "s", Bound.AtMost, 2),
    ];

    public override async Task<IReadOnlyList<double>> MeasureAsync(string directory)
    {
        using ChildProcess sleepers = ChildProcess.Start(ChildProcess.Sleep, directory);
        await sleepers.ReadLineAsync();
        await Task.Delay(s_settling);
        (_, TimeSpan before) = sleepers.Usage();
        long idle = Stopwatch.GetTimestamp();
        await Task.Delay(s_idle);
        (double resident, TimeSpan after) = sleepers.Usage();
        double processor = 100 * ((after - before) / Stopwatch.GetElapsedTime(idle));
        await sleepers.KillAsync();

        long start = Stopwatch.GetTimestamp();
        using ChildProcess again = ChildProcess.Start(ChildProcess.AnswerOne, directory);
        await again.ReadLineAsync();
        return [resident, processor, Stopwatch.GetElapsedTime(start).TotalSeconds];
    }
}
