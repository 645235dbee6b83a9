using System.Runtime.InteropServices;
using FuncExec.ExecutorPlugins.Processes;
using FuncExec.ExecutorPlugins.Processes.Linux;
using FuncExec.ExecutorPlugins.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.ExecutorPlugins.Tests.Service;

/// <summary>Runs commands at a limit of the system, and after it is lifted again.</summary>
internal static partial class Limits
{
    public const int Processes = 6, Descriptors = 7;

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static unsafe partial int SetLimit(int pid, int resource, ulong* limit, ulong* previous);

    /// <summary>Says what the runner says at the limit and <c>works on</c> if it does afterwards, with nothing left open.</summary>
    public static async Task<int> MeetAsync(int resource)
    {
        LinuxProcessRunner runner = new(TimeProvider.System, NullLogger<LinuxProcessRunner>.Instance);
        await RunTrueAsync(runner);

        // Rehearsed, so that the runtime has loaded by then what it needs for it: it does not survive a failure of that.
        await FailAsync(runner, resource, static () => throw new ProcessRunnerException(ExhaustedLimits.Explain(0)));
        Console.WriteLine("The limit is set now.");
        int open = ProcessTable.OpenPipes();
        string message = await FailAsync(runner, resource, () => Limit(resource, [(ulong)InUse(resource), Limit(resource, null)[1]]));
        Console.WriteLine(message);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RunTrueAsync(runner)));
        Console.WriteLine(ProcessTable.OpenPipes() == open ? "works on" : $"has {ProcessTable.OpenPipes()} open, not {open}");
        return 0;
    }

    private static async Task<string> FailAsync(LinuxProcessRunner runner, int resource, Action squeeze)
    {
        using CancellationTokenSource end = new();
        List<Task<ProcessOutcome>> running = [];
        ulong[] before = Limit(resource, null);
        string message = "no limit was met";
        try
        {
            running.Add(runner.RunAsync(Commands.Command("sleep", "600"), new OutputTail(), end.Token));
            squeeze();
            for (int i = 0; i < 100; i++)
            {
                running.Add(runner.RunAsync(Commands.Command("sleep", "600"), new OutputTail(), end.Token));
            }
        }
        catch (ProcessRunnerException exception)
        {
            message = exception.Message;
        }

        // Those that run end at the limit, too.
        await end.CancelAsync();
        await Task.WhenAll(running);
        Limit(resource, before);
        return message;
    }

    private static async Task RunTrueAsync(LinuxProcessRunner runner)
    {
        if (await runner.RunAsync(Commands.Command("true"), new OutputTail(), CancellationToken.None) is not ProcessOutcome.Exited { ExitCode: 0 })
        {
            throw new InvalidOperationException("A command failed.");
        }
    }

    /// <summary>A few more than are in use: some commands start.</summary>
    private static int InUse(int resource) => resource == Processes
        ? Directory.GetDirectories("/proc/self/task").Length + 3
        : Directory.GetFiles("/proc/self/fd").Select(static path => int.Parse(Path.GetFileName(path))).Max() + 16;

    private static unsafe ulong[] Limit(int resource, ulong[]? limit)
    {
        ulong[] previous = new ulong[2];
        fixed (ulong* set = limit, got = previous)
        {
            return SetLimit(0, resource, set, got) == 0 ? previous : throw new InvalidOperationException($"prlimit: {Marshal.GetLastPInvokeError()}");
        }
    }
}
