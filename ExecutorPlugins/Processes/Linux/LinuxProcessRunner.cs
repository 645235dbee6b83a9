using FuncExec.ExecutorPlugins.Processes.Linux.Survivors;
using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// Runs commands by posix_spawn, each in a session of its own; one thread watches and pumps all of them by epoll, no
/// thread waits for any. The service is made a child subreaper, so that what a command leaves behind becomes the
/// service's child and can be found. A process is told to belong to a command by its session, by its parents, by the
/// mark in its environment, or, having left all three, by when it was started.
/// </summary>
public sealed class LinuxProcessRunner : IProcessRunner, IDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger<LinuxProcessRunner> _logger;
    private readonly ProcessLoop _loop;
    private readonly ServiceLife? _life;

    /// <summary>Makes a runner that records nothing; all of them share one thread.</summary>
    /// <exception cref="PlatformNotSupportedException">This machine lacks something; the message says what.</exception>
    public LinuxProcessRunner(TimeProvider time, ILogger<LinuxProcessRunner> logger)
        : this(time, logger, new ProcessRunnerOptions { EndsStrays = false })
    {
    }

    /// <summary>Makes a runner, and begins to end what earlier lives of the service have left.</summary>
    /// <exception cref="PlatformNotSupportedException">This machine lacks something; the message says what.</exception>
    /// <exception cref="ProcessRunnerException">The survivors' directory cannot be written to.</exception>
    public LinuxProcessRunner(TimeProvider time, ILogger<LinuxProcessRunner> logger, ProcessRunnerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _time = time;
        _logger = logger;
        _loop = WhyNotSupported() is { } reason ? throw new PlatformNotSupportedException(reason) : ProcessLoop.Shared;
        _loop.Orphans.Strays.IsOn |= options.EndsStrays;
        _life = options.SurvivorsDirectory is { } directory ? ServiceLife.Begin(options, directory, time, logger) : null;
    }

    /// <inheritdoc/>
    public string Name => "posix_spawn";

    /// <summary>What this machine lacks for it, or null when it has everything.</summary>
    public static string? WhyNotSupported() => LinuxSupport.Missing;

    /// <inheritdoc/>
    public Task WhenReadyAsync(CancellationToken cancellationToken) =>
        _life is null ? Task.CompletedTask : _life.Cleared.WaitAsync(cancellationToken);

    /// <summary>Ends this life: nothing runs any more.</summary>
    public void Dispose() => _life?.Dispose();

    /// <inheritdoc/>
    /// <remarks>The start itself happens on the calling thread and blocks it for some tenths of a millisecond.</remarks>
    public Task<ProcessOutcome> RunAsync(ProcessCommand command, ITaskOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(output);
        CommandStrings.ThrowIfInvalid(command);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromResult<ProcessOutcome>(new ProcessOutcome.Cancelled());
        }

        return _life is { Cleared.IsCompletedSuccessfully: false }
            ? RunLaterAsync(command, output, cancellationToken)
            : Start(command, output, cancellationToken);
    }

    private async Task<ProcessOutcome> RunLaterAsync(ProcessCommand command, ITaskOutput output, CancellationToken cancellationToken)
    {
        try
        {
            await WhenReadyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new ProcessOutcome.Cancelled();
        }

        return await Start(command, output, cancellationToken).ConfigureAwait(false);
    }

    private Task<ProcessOutcome> Start(ProcessCommand command, ITaskOutput output, CancellationToken cancellationToken)
    {
        (string? path, ProcessOutcome.NotStarted? failure) = ExecutableFinder.Find(command);
        if (path is null)
        {
            return Task.FromResult<ProcessOutcome>(failure!);
        }

        ProcessPipes pipes = ProcessPipes.Open(withInput: !command.Input.IsEmpty);
        using ProcessLoop.Spawning spawning = _loop.BeginSpawn();
        DateTimeOffset at = _time.GetUtcNow();
        long timestamp = _time.GetTimestamp();
        long from = BootClock.Now;
        int error, pid;
        try
        {
            error = ProcessSpawner.Start(command, path, spawning.Mark, out pid, pipes);
        }
        catch
        {
            pipes.CloseChildEnds();
            pipes.CloseOwnEnds();
            throw;
        }

        pipes.CloseChildEnds();
        if (error != 0)
        {
            pipes.CloseOwnEnds();
            return Task.FromResult<ProcessOutcome>(StartFailures.From(error, command, path));
        }

        ProcessStart start = new(at, timestamp, from, BootClock.Now);
        LinuxProcess process = new(_loop, spawning.Sequence, pid, start, _life?.Journal, pipes, command, output, _time, _logger);
        return process.Begin(cancellationToken);
    }
}
