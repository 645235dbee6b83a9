using FuncExec.Ledger;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Output;

/// <summary>Opens the writers of attempts' output. One for the process.</summary>
public sealed class TaskOutputs(
    IBlobStore blobs, JobSignals signals, TimeProvider time, long limit, ILogger<TaskOutputs> logger, TimeSpan? patience = null) : IDisposable
{
    internal IBlobStore Blobs => blobs;

    internal JobSignals Signals => signals;

    internal OutputClock Clock { get; } = new(time, patience ?? OutputAppend.Patience);

    internal ILogger Logger => logger;

    /// <summary>How many bytes of each stream are stored; those past it are counted only, but for the tail.</summary>
    public long Limit => limit;

    /// <summary>A writer for one claim of a task.</summary>
    public TaskOutputWriter Open(TaskKey task, int attempt, long token) => new(this, task, attempt, token);

    /// <inheritdoc/>
    public void Dispose() => Clock.Dispose();
}
