using System.Diagnostics;
using System.Text.Json;

namespace FuncExec.Benchmarks.Measuring;

/// <summary>This program again, in a process of its own, which answers by lines on its standard output.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>The first argument of a process that measures one run of a workload.</summary>
    public const string Measure = "child:measure";

    /// <summary>The first argument of a process that holds sleeping instances.</summary>
    public const string Sleep = "child:sleep";

    /// <summary>The first argument of a process that starts over a used directory and runs one instance.</summary>
    public const string AnswerOne = "child:answer-one";

    /// <summary>The first argument of a process that is a node, and nothing else, until it is killed.</summary>
    public const string StayNode = "child:node";

    /// <summary>The first argument of a process that holds instances which have something to do, until it is killed.</summary>
    public const string HoldInstances = "child:hold";

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>Starts one.</summary>
    public static ChildProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Runs a workload once.</summary>
    public static async Task<IReadOnlyList<double>> MeasureAsync(Workload workload, string directory)
    {
        using ChildProcess child = Start(Measure, workload.Name, directory);
        double[] values = JsonSerializer.Deserialize<double[]>(await child.ReadLineAsync())!;
        await child._process.WaitForExitAsync();
        return values;
    }

    /// <summary>Called in the child: says what was measured.</summary>
    public static void Answer(IReadOnlyList<double> values) => Console.WriteLine(JsonSerializer.Serialize(values));

    /// <summary>The next line that it writes.</summary>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("A benchmark process ended without an answer; its errors are above.");

    /// <summary>What it uses, as the kernel counts.</summary>
    public (double ResidentMiB, TimeSpan Processor) Usage()
    {
        _process.Refresh();
        return (_process.WorkingSet64 / 1024.0 / 1024.0, _process.TotalProcessorTime);
    }

    /// <summary>Ends it without warning, as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
