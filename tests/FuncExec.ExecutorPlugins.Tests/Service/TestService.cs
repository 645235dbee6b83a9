using System.Diagnostics;
using System.Text;
using FuncExec.ExecutorPlugins.Processes;
using FuncExec.ExecutorPlugins.Processes.Linux;
using FuncExec.ExecutorPlugins.Processes.Linux.Survivors;
using FuncExec.ExecutorPlugins.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.ExecutorPlugins.Tests.Service;

/// <summary>A service with nothing but a process runner, as a process of its own: one that tests can kill or squeeze.</summary>
internal static class TestService
{
    public static async Task<int> Main(string[] args)
    {
        switch (args[0])
        {
            case "run":
                return await RunAsync(Open(args[1], args[2]), args[3..]);
            case "leave":
                return await LeaveAsync(args[1]);
            case "descriptors":
                return await Limits.MeetAsync(Limits.Descriptors);
            case "processes":
                return await Limits.MeetAsync(Limits.Processes);
            case "init":
                return await InitTest.RunAsync();
            case "closed":
                return await RunWithClosedStreamsAsync(args[1]);
            default:
                return 64;
        }
    }

    public static LinuxProcessRunner Open(string directory, string controlGroup) => new(
        TimeProvider.System,
        NullLogger<LinuxProcessRunner>.Instance,
        new ProcessRunnerOptions
        {
            SurvivorsDirectory = directory,
            UseControlGroup = controlGroup == "group",
            KillGrace = TimeSpan.FromMilliseconds(300),
        });

    /// <summary>Runs scripts side by side; says what they write, and <c>ended</c> when all have.</summary>
    private static async Task<int> RunAsync(LinuxProcessRunner runner, string[] scripts)
    {
        using (runner)
        {
            Stream stdout = Console.OpenStandardOutput();
            StreamOutput output = new(stdout);
            await Task.WhenAll(scripts.Select(script => runner.RunAsync(Commands.Shell(script), output, CancellationToken.None)));
        }

        Console.WriteLine("ended");
        return 0;
    }

    /// <summary>Begins a life and leaves it; says which control group it was in meanwhile, and whether that is gone.</summary>
    private static async Task<int> LeaveAsync(string directory)
    {
        LinuxProcessRunner runner = Open(directory, "group");
        string? group = ControlGroupPath.Find();
        await runner.RunAsync(Commands.Shell("exit 0"), new OutputTail(), CancellationToken.None);
        runner.Dispose();
        Console.WriteLine($"{group} {(Directory.Exists(group) ? "left" : "gone")}");
        return 0;
    }

    private static async Task<int> RunWithClosedStreamsAsync(string result)
    {
        LinuxProcessRunner runner = new(TimeProvider.System, NullLogger<LinuxProcessRunner>.Instance);
        OutputTail tail = new();
        ProcessOutcome outcome = await runner.RunAsync(Commands.Shell("cat; echo err >&2").Reading("in"), tail, CancellationToken.None);
        await File.WriteAllTextAsync(result, $"{outcome is ProcessOutcome.Exited { ExitCode: 0 }} {tail.Stdout} {tail.Stderr}");
        return 0;
    }

    private sealed class StreamOutput(Stream stream) : ITaskOutput
    {
        public void Write(OutputStream kind, ReadOnlySpan<byte> bytes)
        {
            stream.Write(bytes);
            stream.Flush();
        }
    }
}
