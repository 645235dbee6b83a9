using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Operations;
using FuncExec.Ledger.Azure.Reading;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Azure;

/// <summary>Tasks, artifacts and events.</summary>
public sealed partial class AzureJobLedger
{
    /// <inheritdoc/>
    public Task<ClaimOutcome> ClaimAsync(TaskClaim claim, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckClaim(claim);
        return _writers.RunAsync(claim.Task.JobId, (work, token) => new ClaimOperation(work, _lives, claim, token).RunAsync(), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<EndAttemptOutcome> EndAttemptAsync(AttemptEnd end, CancellationToken cancellationToken)
    {
        PreparedEnd prepared = PreparedEnd.Of(end);
        return _writers.RunAsync(end.Task.JobId, (work, token) => EndOperation.RunAsync(work, prepared, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(TaskKey task, long token, CancellationToken cancellationToken) =>
        _writers.RunAsync(task.JobId, (work, cancelled) => EndOperation.ReleaseAsync(work, task, token, cancelled), cancellationToken);

    /// <inheritdoc/>
    public async Task<TaskRecord?> GetTaskAsync(TaskKey task, CancellationToken cancellationToken) =>
        await _jobs.FindSeenAsync(task.JobId, cancellationToken).ConfigureAwait(false) is { } head
            ? await _tasks.FindAsync(head, TaskPlace.Of(task), cancellationToken).ConfigureAwait(false)
            : null;

    /// <inheritdoc/>
    public async Task<LedgerPage<TaskRecord>> ListTasksAsync(
        string jobId, TaskFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        LedgerArguments.CheckLimit(limit);
        TaskPlace from = TaskPages.ReadCursor(filter, after);
        if (await _jobs.FindSeenAsync(jobId, cancellationToken).ConfigureAwait(false) is not { } head)
        {
            return new LedgerPage<TaskRecord>([], null);
        }

        List<StepData> steps = await _jobs.ReadStepsAsync(head, cancellationToken).ConfigureAwait(false);
        return await new TaskPages(_tasks, head, steps, filter, limit).ReadAsync(from, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskRecord>> ListRunningAsync(string jobId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await _jobs.FindSeenAsync(jobId, cancellationToken).ConfigureAwait(false) is { } head
            ? await _tasks.ListRunningAsync(head, limit, cancellationToken).ConfigureAwait(false)
            : [];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskRecord>> ListAttemptsAsync(TaskKey task, CancellationToken cancellationToken) =>
        await _jobs.FindSeenAsync(task.JobId, cancellationToken).ConfigureAwait(false) is { } head
            ? await _tasks.ListAttemptsAsync(head, TaskPlace.Of(task), cancellationToken).ConfigureAwait(false)
            : [];

    /// <inheritdoc/>
    public async Task<LedgerPage<ArtifactRecord>> ListArtifactsAsync(
        string jobId, int? step, string? after, int limit, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckLimit(limit);
        string? last = ArtifactReader.ReadCursor(after);
        return await _jobs.FindSeenAsync(jobId, cancellationToken).ConfigureAwait(false) is { } head
            ? await _artifacts.ListAsync(head, step, last, limit, cancellationToken).ConfigureAwait(false)
            : new LedgerPage<ArtifactRecord>([], null);
    }

    /// <inheritdoc/>
    public async Task<ArtifactRecord?> GetArtifactAsync(string jobId, string name, CancellationToken cancellationToken) =>
        await _jobs.FindSeenAsync(jobId, cancellationToken).ConfigureAwait(false) is { } head
            ? await _artifacts.FindAsync(head, name, cancellationToken).ConfigureAwait(false)
            : null;

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobEvent>> ListEventsAsync(string jobId, long after, int limit, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckLimit(limit);
        return _events.ListAsync(jobId, after, limit, cancellationToken);
    }
}
