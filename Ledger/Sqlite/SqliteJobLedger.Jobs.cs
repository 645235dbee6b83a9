using FuncExec.Ledger.Sqlite.Operations;
using FuncExec.Ledger.Sqlite.Reading;
using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite;

/// <summary>Jobs.</summary>
public sealed partial class SqliteJobLedger
{
    /// <inheritdoc/>
    public Task<CreateJobOutcome> CreateJobAsync(NewJob job, int maxUnfinished, CancellationToken cancellationToken)
    {
        CheckNew(job);
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
        CheckLimit(limit);
        return ReadAsync(reader => JobReading.ReadPage(reader, filter, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<JobRecord?> BeginJobAsync(string jobId, CancellationToken cancellationToken) =>
        WriteAsync(store => JobOperations.Begin(store, jobId), cancellationToken);

    /// <inheritdoc/>
    public Task<StopJobOutcome> StopJobAsync(string jobId, StopKind kind, string? reason, CancellationToken cancellationToken)
    {
        if (kind is not (StopKind.Cancel or StopKind.Timeout))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is no kind.");
        }

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
        ArgumentNullException.ThrowIfNull(closing);
        if (closing.Status is not (JobTaskStatus.Skipped or JobTaskStatus.Cancelled))
        {
            throw new ArgumentException($"A step cannot be closed as {closing.Status}.", nameof(closing));
        }

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
        ArgumentNullException.ThrowIfNull(end);
        if (end.Status is not (JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled or JobStatus.TimedOut))
        {
            throw new ArgumentException($"A job cannot end as {end.Status}.", nameof(end));
        }

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
        CheckLimit(limit);
        return ReadAsync(reader => JobReading.ReadForCare(reader, kind, before, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<LedgerTotals> GetTotalsAsync(CancellationToken cancellationToken) =>
        ReadAsync(static reader => reader.Tables.Totals.Read(), cancellationToken);

    private static void CheckNew(NewJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentException.ThrowIfNullOrEmpty(job.Id);
        ArgumentOutOfRangeException.ThrowIfNegative(job.StoredBytes);
        if (job.Steps.Count == 0)
        {
            throw new ArgumentException("A job has at least one step.", nameof(job));
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (NewStep step in job.Steps)
        {
            if (step.Tasks < 1 || step.Name.Length == 0 || step.Name.Contains('/') || !names.Add(step.Name))
            {
                throw new ArgumentException(
                    $"The step '{step.Name}' of {step.Tasks} tasks: a step has a name of its own, without '/', and at least one task.", nameof(job));
            }
        }

        if (job.Idempotency is { } request && request.Key.Length is < 1 or > 255)
        {
            throw new ArgumentException("An idempotency key has 1 to 255 characters.", nameof(job));
        }
    }
}
