using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// Runs commands by posix_spawn, each in a session of its own; one thread watches and pumps all of them by epoll, no
/// thread waits for any. The service is made a child subreaper, so that what a command leaves behind becomes the
/// service's child and can be found. A process is told to belong to a command by its session, by its parents, or by the
/// mark in its environment; one that has left all three (a daemon with an emptied environment) is not found.
/// </summary>
public sealed class LinuxProcessRunner : IProcessRunner
{
    private readonly TimeProvider _time;
    private readonly ILogger<LinuxProcessRunner> _logger;
    private readonly ProcessLoop _loop;

    /// <summary>Makes a runner; all of them share one thread.</summary>
    /// <exception cref="PlatformNotSupportedException">This machine lacks something; the message says what.</exception>
    public LinuxProcessRunner(TimeProvider time, ILogger<LinuxProcessRunner> logger)
    {
        _time = time;
        _logger = logger;
        _loop = WhyNotSupported() is { } reason ? throw new PlatformNotSupportedException(reason) : ProcessLoop.Shared;
    }

    /// <inheritdoc/>
    public string Name => "posix_spawn";

    /// <summary>What this machine lacks for it, or null when it has everything.</summary>
    public static string? WhyNotSupported() => LinuxSupport.Missing;

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

        (string? path, ProcessOutcome.NotStarted? failure) = ExecutableFinder.Find(command, Probe);
        if (path is null)
        {
            return Task.FromResult<ProcessOutcome>(failure!);
        }

        ProcessPipes pipes = ProcessPipes.Open(withInput: !command.Input.IsEmpty);
        using ProcessLoop.Spawning spawning = _loop.BeginSpawn();
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

        LinuxProcess process = new(_loop, spawning.Sequence, pid, pipes, command, output, _time, _logger);
        return process.Begin(cancellationToken);
    }

    /// <summary>What the C library's search asks too; a directory is executable in another sense.</summary>
    private static ExecutableFinder.FileAccess Probe(string path)
    {
        const int exists = 0, execute = 1;
        return LibC.Access(path, exists) != 0 || Directory.Exists(path) ? ExecutableFinder.FileAccess.None
            : LibC.Access(path, execute) != 0 ? ExecutableFinder.FileAccess.Exists
            : ExecutableFinder.FileAccess.Execute;
    }
}
