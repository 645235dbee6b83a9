using System.ComponentModel;
using System.Diagnostics;
using FuncExec.ExecutorPlugins.Processes.Streams;

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
        DateTimeOffset startedAt = time.GetUtcNow();
        long began = time.GetTimestamp();
        if (Start(process, command) is { } failure)
        {
            return failure;
        }

        using StopReasons stop = new(command.Timeout, time, cancellationToken);
        using CancellationTokenSource drain = new();
        OutputPump pump = new(output);
        Task pumping = PumpAsync(process, pump, command.Input, stop, drain.Token);
        bool stopped = await WaitForExitAsync(process, stop.Token).ConfigureAwait(false);
        ProcessUsage usage = new() { StartedAt = startedAt, FinishedAt = time.GetUtcNow(), Duration = time.GetElapsedTime(began) };
        try
        {
            await pump.DrainAsync(pumping, DrainTime, drain, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            process.StandardOutput.Dispose();
            process.StandardError.Dispose();
        }

        return (stopped ? stop.Outcome : new ProcessOutcome.Exited(process.ExitCode)) with { Usage = usage };
    }

    /// <summary>One stream after the other would hang as soon as a pipe is full.</summary>
    private static Task PumpAsync(Process process, OutputPump pump, ReadOnlyMemory<byte> input, StopReasons stop, CancellationToken cancellationToken) => Task.WhenAll(
        InputPump.WriteAsync(process.StandardInput.BaseStream, input, cancellationToken),
        stop.EndWhenBroken(pump.ReadAsync(process.StandardOutput.BaseStream, OutputStream.Stdout, cancellationToken)),
        stop.EndWhenBroken(pump.ReadAsync(process.StandardError.BaseStream, OutputStream.Stderr, cancellationToken)));

    /// <summary>Waits, and ends the process when it has to; answers whether it had.</summary>
    private static async Task<bool> WaitForExitAsync(Process process, CancellationToken stop)
    {
        try
        {
            await process.WaitForExitAsync(stop).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return true;
        }
    }

    private static ProcessOutcome.NotStarted? Start(Process process, ProcessCommand command)
    {
        if (StartFailures.CheckDirectory(command) is { } directory)
        {
            return directory;
        }

        (string? path, ProcessOutcome.NotStarted? failure) = ProgramFiles.Find(command);
        if (path is null)
        {
            return failure;
        }

        process.StartInfo = CreateStartInfo(command, path);
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
        ProcessStartInfo info = new(path, command.Arguments)
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
}
