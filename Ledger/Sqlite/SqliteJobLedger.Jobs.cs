using FuncExec.Ledger.Sqlite.Operations;
using FuncExec.Ledger.Sqlite.Reading;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Sqlite;

/// <summary>Jobs.</summary>
public sealed partial class SqliteJobLedger
{
    /// <inheritdoc/>
    public Task<CreateJobOutcome> CreateJobAsync(NewJob job, int maxUnfinished, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckNew(job);
        byte[]? document = job.Document is { } plain ? Packed.Of(plain.Span) : null;
        long weight = 1_024 + (document?.Length ?? 0) + (job.Steps.Count * 64L);
        return WriteAsync(store => JobOperations.Create(store, job, document, maxUnfinished), cancellationToken, weight);
    }

    /// <inheritdoc/>
    public Task<bool> CopySucceededAsync(string jobId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return WriteAsync(store => CopyOperation.Run(store, jobId, limit), cancellationToken, limit * 512L);
    }

    /// <inheritdoc/>
    public Task<JobRecord?> GetJobAsync(string jobId, CancellationToken cancellationToken) =>
        ReadAsync(reader => JobReading.Find(reader, jobId), cancellationToken);

    /// <inheritdoc/>
    public Task<string?> GetWorkspaceAsync(string jobId, CancellationToken cancellationToken) =>
        ReadAsync(reader => reader.FindSeen(jobId)?.Job.Workspace, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> GetDocumentAsync(string jobId, CancellationToken cancellationToken) =>
        ReadAsync(reader => reader.Tables.Jobs.ReadDocument(jobId), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsDeletedAsync(string jobId, CancellationToken cancellationToken) => ReadAsync(
        reader => reader.Tables.Jobs.Find(jobId) is { } job
            ? job.Job.State is JobState.Deleting
            : reader.Tables.Removals.FindRemoved(jobId) > _time.GetUtcNow() - DeleteOperation.Remembered,
        cancellationToken);

    /// <inheritdoc/>
    public Task<LedgerPage<JobRecord>> ListJobsAsync(JobFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        LedgerArguments.CheckLimit(limit);
        return ReadAsync(reader => JobReading.ReadPage(reader, filter, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<JobRecord?> BeginJobAsync(string jobId, CancellationToken cancellationToken) =>
        WriteAsync(store => JobOperations.Begin(store, jobId), cancellationToken);

    /// <inheritdoc/>
    public Task<StopJobOutcome> StopJobAsync(string jobId, StopKind kind, string? reason, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckStop(kind);
        return WriteAsync(store => JobOperations.Stop(store, jobId, kind, reason), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SuspendJobOutcome> SetSuspendedAsync(string jobId, bool suspended, CancellationToken cancellationToken) =>
        WriteAsync(store => JobOperations.SetSuspended(store, jobId, suspended), cancellationToken);

    /// <inheritdoc/>
    public Task ConfirmSuspensionAsync(string jobId, bool suspended, CancellationToken cancellationToken) =>
        WriteAsync(store => JobOperations.ConfirmSuspension(store, jobId, suspended), cancellationToken);

    /// <inheritdoc/>
    public Task CloseStepAsync(string jobId, int step, StepClosing closing, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckClosing(closing);
        return WriteAsync(store => ClosingOperations.CloseStep(store, jobId, step, closing), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> CancelWaitingAsync(string jobId, string error, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return WriteAsync(store => ClosingOperations.CancelWaiting(store, jobId, error, limit), cancellationToken, limit * 512L);
    }

    /// <inheritdoc/>
    public Task<JobRecord?> FinishJobAsync(string jobId, JobEnd end, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckEnd(end);
        return WriteAsync(store => JobOperations.Finish(store, jobId, end), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<DeleteJobOutcome> DeleteJobAsync(string jobId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return WriteAsync(store => DeleteOperation.Run(store, jobId, limit), cancellationToken, limit * 128L);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRecord>> ListForCareAsync(
        CareKind kind, DateTimeOffset before, string? after, int limit, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckLimit(limit);
        return ReadAsync(reader => JobReading.ReadForCare(reader, kind, before, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<LedgerTotals> GetTotalsAsync(CancellationToken cancellationToken) =>
        ReadAsync(static reader => reader.Tables.Totals.Read(), cancellationToken);
}
