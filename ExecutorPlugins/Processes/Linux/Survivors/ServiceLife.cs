using Microsoft.Extensions.Logging;

namespace FuncExec.ExecutorPlugins.Processes.Linux.Survivors;

/// <summary>This life of the service: its group, its journal, and the end of the lives before it.</summary>
internal sealed class ServiceLife : IDisposable
{
    private readonly ILogger _logger;
    private readonly bool _inGroup;
    private bool _disposed;

    private ServiceLife(SurvivorJournal journal, bool inGroup, Task cleared, ILogger logger)
    {
        Journal = journal;
        _inGroup = inGroup;
        Cleared = cleared;
        _logger = logger;
    }

    public SurvivorJournal Journal { get; }

    /// <summary>Completes when nothing of earlier lives is left; before that no command starts.</summary>
    public Task Cleared { get; }

    /// <summary>Begins it.</summary>
    /// <exception cref="ProcessRunnerException">The directory cannot be written to.</exception>
    public static ServiceLife Begin(ProcessRunnerOptions options, string directory, TimeProvider time, ILogger logger)
    {
        string? group = options.UseControlGroup ? ServiceGroup.Enter(logger) : null;
        try
        {
            // What an earlier life has left may have the mark of one still earlier; its own file names it.
            Task cleared = new SurvivorCleanup(directory, options.KillGrace, time, logger).RunAsync();
            SurvivorJournal journal = SurvivorJournal.Create(directory, new SurvivorFile
            {
                BootId = BootClock.BootId,
                MarkPrefix = ProcessLoop.Shared.MarkPrefix,
                ControlGroup = group ?? "",
            });
            return new ServiceLife(journal, options.UseControlGroup, cleared, logger);
        }
        catch
        {
            if (options.UseControlGroup)
            {
                ServiceGroup.Leave(logger);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Journal.Dispose();
            if (_inGroup)
            {
                ServiceGroup.Leave(_logger);
            }
        }
    }
}
