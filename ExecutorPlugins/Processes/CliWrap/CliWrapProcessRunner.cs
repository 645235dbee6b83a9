using System.ComponentModel;
using System.Diagnostics;
using CliWrap;
using Wrapped = CliWrap.Command;
using FuncExec.ExecutorPlugins.Processes.Streams;

namespace FuncExec.ExecutorPlugins.Processes.CliWrap;

/// <summary>
/// Runs commands by CliWrap; compiled in by <c>-p:ProcessLibrary=CliWrap</c>. A command that must end is killed with those
/// of its descendants that have not detached themselves: without SIGTERM, for an interrupt would reach the process alone
/// and lose the tree.
/// </summary>
/// <param name="time">The clock of timeouts.</param>
public sealed class CliWrapProcessRunner(TimeProvider time) : IProcessRunner
{
    /// <summary>How long the streams of an ended process are read on while something else still holds them.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Name => "CliWrap";

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

        if (StartFailures.CheckDirectory(command) is { } directory)
        {
            return directory;
        }

        (string? path, ProcessOutcome.NotStarted? failure) = ProgramFiles.Find(command);
        return path is null ? failure! : await RunAsync(command, path, output, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ProcessOutcome> RunAsync(ProcessCommand command, string path, ITaskOutput output, CancellationToken cancellationToken)
    {
        using StopReasons stop = new(command.Timeout, time, cancellationToken);
        using CancellationTokenSource drain = new();
        OutputPump pump = new(output);
        DateTimeOffset startedAt = time.GetUtcNow();
        long began = time.GetTimestamp();
        PumpedStreams streams = new(pump, stop, drain.Token);
        Wrapped wrapped = Cli.Wrap(path)
            .WithArguments(command.Arguments)
            .WithWorkingDirectory(command.WorkingDirectory)
            .WithValidation(CommandResultValidation.None)
            .WithStandardInputPipe(PipeSource.FromBytes(command.Input))
            .WithStandardOutputPipe(streams.Target(OutputStream.Stdout))
            .WithStandardErrorPipe(streams.Target(OutputStream.Stderr));
        Task exited = Task.CompletedTask;
        CommandTask<CommandResult> running;
        try
        {
            running = wrapped.ExecuteAsync(
                info => SetEnvironment(info, command), process => exited = process.WaitForExitAsync(CancellationToken.None), stop.Token, CancellationToken.None);
        }
        catch (Win32Exception exception)
        {
            return StartFailures.From(((exception.InnerException as Win32Exception) ?? exception).NativeErrorCode, command, path);
        }

        await exited.ConfigureAwait(false);
        ProcessUsage usage = new() { StartedAt = startedAt, FinishedAt = time.GetUtcNow(), Duration = time.GetElapsedTime(began) };
        await pump.DrainAsync(streams.Reading, DrainTime, drain, cancellationToken).ConfigureAwait(false);
        try
        {
            CommandResult result = await running.ConfigureAwait(false);
            return new ProcessOutcome.Exited(result.ExitCode) { Usage = usage };
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return stop.Outcome with { Usage = usage };
        }
    }

    /// <summary>CliWrap adds to the service's environment; a command's is its own.</summary>
    private static void SetEnvironment(ProcessStartInfo info, ProcessCommand command)
    {
        info.Environment.Clear();
        foreach ((string name, string value) in command.Environment)
        {
            info.Environment[name] = value;
        }
    }

    /// <summary>Reads both streams to their end or the drain's, whatever CliWrap's token says: a killed command's last words count.</summary>
    private sealed class PumpedStreams(OutputPump pump, StopReasons stop, CancellationToken drain)
    {
        private readonly TaskCompletionSource[] _read = [new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously)];

        public Task Reading => Task.WhenAll(_read.Select(static read => read.Task));

        public PipeTarget Target(OutputStream kind) => PipeTarget.Create(async (origin, _) =>
        {
            Task reading = stop.EndWhenBroken(pump.ReadAsync(origin, kind, drain));
            TaskCompletionSource read = _read[kind is OutputStream.Stdout ? 0 : 1];
            try
            {
                await reading.ConfigureAwait(false);
                read.SetResult();
            }
            catch (Exception exception) // Someone else's code, the output's; whoever runs the command gets what it threw.
            {
                read.SetException(exception);
            }
        });
    }
}
