using System.Globalization;
using FuncExec.ScalingSimulation.Autoscaling;
using FuncExec.ScalingSimulation.Model;

namespace FuncExec.ScalingSimulation;

/// <summary>The simulated day of the documentation: the same 2,000 commands with a ScaledObject and with a ScaledJob.</summary>
public static class ScalingDay
{
    internal const int Commands = 2000;
    internal const int Seed = 1;

    /// <summary>Simulates it.</summary>
    public static IReadOnlyList<(string Title, SimulationResult Result)> Simulate()
    {
        var settings = new ScaledObjectSettings();
        var fleet = new FleetSettings();
        IReadOnlyList<SimulatedCommand> commands = ModelWorkload.Day(Commands, Seed);
        return
        [
            ("ScaledObject", Simulation.Run(commands, new ScaledObjectLoop(settings), fleet, Seed)),
            ("ScaledJob", Simulation.Run(commands, new ScaledJobLoop(settings.MaxReplicas, settings.PollingInterval), fleet, Seed)),
        ];
    }

    /// <summary>The figures, as a table of the documentation.</summary>
    public static string Table(IReadOnlyList<(string Title, SimulationResult Result)> results) => Table("simulated", results);

    internal static string Table(string heading, IReadOnlyList<(string Title, SimulationResult Result)> results)
    {
        string Row(string what, Func<SimulationResult, string> value) => $"| {what} | {string.Join(" | ", results.Select(result => value(result.Result)))} |\n";
        return $"| {heading} | {string.Join(" | ", results.Select(static result => result.Title))} |\n| --- | {string.Join(" | ", results.Select(static _ => "---"))} |\n"
            + Row("commands finished", static result => Text(result.Finished))
            + Row("commands ended by scale-in, and run again", static result => Text(result.Ended))
            + Row("first command queued to first start", static result => Text(result.FirstStart))
            + Row("wait of a command, p50", static result => Text(result.WaitAt(0.5)))
            + Row("p99", static result => Text(result.WaitAt(0.99)))
            + Row("most workers", static result => Text(result.Samples.Max(static sample => sample.Replicas)))
            + Row("most at once, with those that drain", static result => Text(result.Samples.Max(static sample => sample.Replicas + sample.Draining)))
            + Row("worker hours", static result => result.WorkerTime.TotalHours.ToString("0.0", CultureInfo.InvariantCulture));
    }

    /// <summary>The plot of the documentation.</summary>
    public static string Plot(IReadOnlyList<(string Title, SimulationResult Result)> results) => ScalingPlot.Draw(
        "Simulation: workers of a day (blue), with those that drain (orange), over the work there is for them (grey, up to 30)", results, mostNeed: 30);

    internal static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    internal static string Text(TimeSpan time) => time < TimeSpan.FromMinutes(2)
        ? time.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture)
        : time.TotalMinutes.ToString("0.0 min", CultureInfo.InvariantCulture);
}
