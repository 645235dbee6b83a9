using FuncExec.Benchmarks.Measuring;
using FuncExec.ScalingSimulation;

namespace FuncExec.Benchmarks.Service;

/// <summary>Runs the simulation of scaling with real workers; what it leaves is a plot and a table.</summary>
internal static class RealScaling
{
    /// <summary>Runs it.</summary>
    /// <param name="plot">The file that gets the plot.</param>
    public static async Task RunAsync(string plot)
    {
        using var scratch = Scratch.OnDisk();
        Console.WriteLine(Machine.Describe(scratch.Path));
        Console.WriteLine($"Load before: {Load()}");
        var day = await RealScalingDay.RunAsync(Path.Combine(Repository.OutputOf("WorkerFunctions"), "WorkerFunctions"), scratch.New(), CancellationToken.None);
        Console.WriteLine($"Load after: {Load()}");
        await File.WriteAllTextAsync(plot, RealScalingDay.Plot(day));
        Console.Write(RealScalingDay.Table(day));
    }

    // Over 1, 5 and 15 minutes.
    private static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
