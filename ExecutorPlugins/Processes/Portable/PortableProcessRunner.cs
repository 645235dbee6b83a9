using System.ComponentModel;
using System.Diagnostics;

namespace FuncExec.ExecutorPlugins.Processes.Portable;

/// <summary>
/// Runs commands by <see cref="Process"/>, for machines that the fast runner does not know. The tree is ended without
/// SIGTERM, and what has detached itself from its parents is not found.
/// </summary>
/// <param name="time">The clock of timeouts.</param>
public sealed class PortableProcessRunner(TimeProvider time) : IProcessRunner
{
    /// <summary>How long the streams of an ended process are read on while something else still holds them.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Name => "System.Diagnostics.Process";

    /// <inheritdoc/>
    public async Task<ProcessOutcome> RunAsync(ProcessCommand command, ITaskOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(output);
        CommandStrings.ThrowIfInvalid(command);
        if (cancellationToken.IsCancellationRequested)
        {
            return new ProcessOutcome.Cancelled();
        }

        using Process process = new();
        if (Start(process, command) is { } failure)
        {
            return failure;
        }

        using CancellationTokenSource timeout = new(command.Timeout ?? Timeout.InfiniteTimeSpan, time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using CancellationTokenSource drain = new();
        using StreamPump pump = new(process, command.Input, output);
        Task pumping = pump.RunAsync(drain.Token);
        ProcessOutcome? stopped = null;
        try
        {
            await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            stopped = cancellationToken.IsCancellationRequested ? new ProcessOutcome.Cancelled() : new ProcessOutcome.TimedOut();
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        drain.CancelAfter(DrainTime);
        await pumping.ConfigureAwait(false);
        return stopped ?? new ProcessOutcome.Exited(process.ExitCode);
    }

    private static ProcessOutcome.NotStarted? Start(Process process, ProcessCommand command)
    {
        if (StartFailures.CheckDirectory(command) is { } directory)
        {
            return directory;
        }

        (string? path, ProcessOutcome.NotStarted? failure) = OperatingSystem.IsWindows()
            ? (command.FileName, null)
            : ExecutableFinder.Find(command, Probe);
        if (path is null)
        {
            return failure;
        }

        process.StartInfo = CreateStartInfo(command, path);
        if (Directory.Exists(process.StartInfo.FileName))
        {
            return new(StartFailure.NotExecutable, $"'{path}' is a directory.");
        }

        try
        {
            process.Start();
            return null;
        }
        catch (Win32Exception exception)
        {
            return StartFailures.From(exception.NativeErrorCode, command, path);
        }
    }

    private static ProcessStartInfo CreateStartInfo(ProcessCommand command, string path)
    {
        ProcessStartInfo info = new(path.Contains('/') ? Path.Combine(command.WorkingDirectory, path) : path, command.Arguments)
        {
            WorkingDirectory = command.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        info.Environment.Clear();
        foreach ((string name, string value) in command.Environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private static ExecutableFinder.FileAccess Probe(string path)
    {
        const UnixFileMode anyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return !File.Exists(path) || OperatingSystem.IsWindows() ? ExecutableFinder.FileAccess.None
            : (File.GetUnixFileMode(path) & anyExecute) == 0 ? ExecutableFinder.FileAccess.Exists
            : ExecutableFinder.FileAccess.Execute;
    }
}
