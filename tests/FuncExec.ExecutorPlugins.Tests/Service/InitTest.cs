using System.Diagnostics;
using FuncExec.ExecutorPlugins.Processes;
using FuncExec.ExecutorPlugins.Processes.Linux;
using FuncExec.ExecutorPlugins.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.ExecutorPlugins.Tests.Service;

/// <summary>Runs commands as process 1, which every orphan comes to.</summary>
internal static class InitTest
{
    private const int Commands_ = 60;

    /// <summary>Says <c>fine</c>, or what is not.</summary>
    public static async Task<int> RunAsync()
    {
        // The runtime's own handling of ended children, which its Process class switches on, must take nothing from us.
        using Process other = Process.Start("true");
        await other.WaitForExitAsync();
        LinuxProcessRunner runner = new(TimeProvider.System, NullLogger<LinuxProcessRunner>.Instance);
        ProcessOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, Commands_).Select(i => runner.RunAsync(
            Commands.Shell($"(setsid sleep 0.1 &) ; (sh -c 'exit 3' &) ; exit {i}"), new OutputTail(), CancellationToken.None)));
        for (int i = 0; i < Commands_; i++)
        {
            if (outcomes[i] != new ProcessOutcome.Exited(i))
            {
                Console.WriteLine($"{i} ended as {outcomes[i]}");
                return 1;
            }
        }

        // Orphans of others than commands: nobody else will reap them.
        using Process parent = Process.Start("sh", ["-c", "(setsid sh -c 'exit 5' &)"]);
        await parent.WaitForExitAsync();
        bool reaped = SpinWait.SpinUntil(static () => ProcessTable.OwnZombies().Length == 0 && Directory.GetDirectories("/proc").Count(IsProcess) == 1, TimeSpan.FromMinutes(1));
        Console.WriteLine(Environment.ProcessId != 1 ? "not process 1" : reaped ? "fine" : $"zombies: {string.Join(' ', ProcessTable.OwnZombies())}");
        return 0;
    }

    private static bool IsProcess(string path) => int.TryParse(Path.GetFileName(path), out _);
}
