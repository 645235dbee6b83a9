using FuncExec.Benchmarks.Measuring;
using FuncExec.Benchmarks.Reporting;

namespace FuncExec.Benchmarks;

/// <summary>Runs a workload three times, each in a process and a directory of its own, so that no run inherits a heap or compiled code.</summary>
internal static class Runner
{
    private const int Runs = 3;

    /// <summary>One result for each of its figures.</summary>
    public static async Task<IReadOnlyList<Result>> RunAsync(Workload workload, Scratch scratch)
    {
        var runs = new List<IReadOnlyList<double>>(Runs);
        for (int run = 0; run < Runs; run++)
        {
            Console.Error.WriteLine($"{workload.Name}: run {run + 1} of {Runs}");
            string directory = scratch.New();
            runs.Add(await ChildProcess.MeasureAsync(workload, directory));
            Directory.Delete(directory, recursive: true);
        }

        return [.. workload.Figures.Select((figure, i) => new Result(workload, figure, [.. runs.Select(values => values[i])]))];
    }
}
