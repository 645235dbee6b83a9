using System.Globalization;
using FuncExec.ScalingSimulation.Autoscaling;
using FuncExec.ScalingSimulation.Model;
using FuncExec.ScalingSimulation.Real;

namespace FuncExec.ScalingSimulation;

/// <summary>
/// The day of <see cref="ScalingDay"/> under the same autoscalers, with real workers and commands. A machine that is to run all of them has
/// fewer of them, and the day is over sooner.
/// </summary>
public static class RealScalingDay
{
    /// <summary>The most workers at once, without those that drain.</summary>
    public const int MaxReplicas = 8;

    /// <summary>How much faster the day passes: an hour in 36 s.</summary>
    public const double Compression = 100;

    /// <summary>Runs it, once for each autoscaler.</summary>
    /// <param name="executable">The service's program.</param>
    /// <param name="directory">An empty directory.</param>
    /// <param name="cancellationToken">Ends it, and all that it has started.</param>
    public static async Task<IReadOnlyList<(string Title, RealResult Result)>> RunAsync(string executable, string directory, CancellationToken cancellationToken)
    {
        var settings = new ScaledObjectSettings { MaxReplicas = MaxReplicas };
        return
        [
            ("ScaledObject", await RunAsync("objects", new ScaledObjectLoop(settings)).ConfigureAwait(false)),
            ("ScaledJob", await RunAsync("jobs", new ScaledJobLoop(settings.MaxReplicas, settings.PollingInterval)).ConfigureAwait(false)),
        ];

        Task<RealResult> RunAsync(string name, IAutoscaler autoscaler) => RealSimulation.RunAsync(
            ModelWorkload.Day(ScalingDay.Commands, ScalingDay.Seed),
            autoscaler,
            new RealSettings { Executable = executable, Directory = Directory.CreateDirectory(Path.Combine(directory, name)).FullName, Compression = Compression },
            ScalingDay.Seed,
            cancellationToken);
    }

    /// <summary>The figures, as a table of the documentation.</summary>
    public static string Table(IReadOnlyList<(string Title, RealResult Result)> results)
    {
        string Row(string what, Func<RealResult, string> value) => $"| {what} | {string.Join(" | ", results.Select(result => value(result.Result)))} |\n";
        return ScalingDay.Table("simulated, with real workers", Plain(results))
            + Row("first command queued to first start, of real time", static result => ScalingDay.Text(result.FirstStart))
            + Row("commands whose work was done twice", static result => ScalingDay.Text(result.Repeated))
            + Row("processes of workers started", static result => ScalingDay.Text(result.Workers))
            + Row("the run took, of real time", static result => ScalingDay.Text(result.RealTime));
    }

    /// <summary>The plot of the documentation.</summary>
    public static string Plot(IReadOnlyList<(string Title, RealResult Result)> results) => ScalingPlot.Draw(
        string.Create(
            CultureInfo.InvariantCulture,
            $"Simulation with real workers, {Compression:0} times as fast: workers (blue), draining ones (orange), work (grey, up to 12)"),
        Plain(results),
        mostNeed: 12);

    private static IReadOnlyList<(string Title, SimulationResult Result)> Plain(IReadOnlyList<(string Title, RealResult Result)> results) =>
        [.. results.Select(static result => (result.Title, result.Result.Result))];
}
