using FuncExec.Ledger.Sqlite.Operations;
using FuncExec.Ledger.Sqlite.Reading;
using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Sqlite;

/// <summary>Tasks, artifacts and events.</summary>
public sealed partial class SqliteJobLedger
{
    private const char ArtifactList = 'a';

    /// <inheritdoc/>
    public Task<ClaimOutcome> ClaimAsync(TaskClaim claim, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckClaim(claim);
        return WriteAsync(store => ClaimOperation.Run(store, claim), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<EndAttemptOutcome> EndAttemptAsync(AttemptEnd end, CancellationToken cancellationToken)
    {
        PreparedEnd prepared = PreparedEnd.Of(end);
        return WriteAsync(store => EndOperation.Run(store, prepared), cancellationToken, prepared.Weight);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(TaskKey task, long token, CancellationToken cancellationToken) =>
        WriteAsync(store => ReleaseOperation.Run(store, task, token), cancellationToken);

    /// <inheritdoc/>
    public Task<TaskRecord?> GetTaskAsync(TaskKey task, CancellationToken cancellationToken) => ReadAsync(
        reader => reader.FindSeen(task.JobId) is { } job ? TaskReading.Find(reader.Tables, job, task) : null, cancellationToken);

    /// <inheritdoc/>
    public Task<LedgerPage<TaskRecord>> ListTasksAsync(
        string jobId, TaskFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        LedgerArguments.CheckLimit(limit);
        return ReadAsync(
            reader => reader.FindSeen(jobId) is { } job
                ? new TaskPages(reader.Tables, job, filter, limit).Read(after)
                : new LedgerPage<TaskRecord>([], null),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TaskRecord>> ListRunningAsync(string jobId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return ReadAsync(reader => ReadRunning(reader, jobId, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TaskRecord>> ListAttemptsAsync(TaskKey task, CancellationToken cancellationToken) =>
        ReadAsync(reader => ReadAttempts(reader, task), cancellationToken);

    /// <inheritdoc/>
    public Task<LedgerPage<ArtifactRecord>> ListArtifactsAsync(
        string jobId, int? step, string? after, int limit, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckLimit(limit);
        return ReadAsync(reader => ReadArtifacts(reader, jobId, step, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ArtifactRecord?> GetArtifactAsync(string jobId, string name, CancellationToken cancellationToken) => ReadAsync(
        reader => reader.FindSeen(jobId) is { } job ? reader.Tables.Artifacts.Find(job.Key, name) : null, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobEvent>> ListEventsAsync(string jobId, long after, int limit, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckLimit(limit);
        return ReadAsync<IReadOnlyList<JobEvent>>(
            reader => reader.FindSeen(jobId) is { } job ? reader.Tables.Events.List(job.Key, after, limit) : [], cancellationToken);
    }

    private static IReadOnlyList<TaskRecord> ReadRunning(LedgerReader reader, string jobId, int limit)
    {
        if (reader.FindSeen(jobId) is not { } job)
        {
            return [];
        }

        var steps = new Dictionary<int, StoredStep>();
        return reader.Tables.TaskLists.ListRunning(
            job,
            index => steps.TryGetValue(index, out StoredStep? step) ? step : steps[index] = reader.Tables.Steps.Find(job.Key, index)!,
            limit);
    }

    private static IReadOnlyList<TaskRecord> ReadAttempts(LedgerReader reader, TaskKey key)
    {
        if (reader.FindSeen(key.JobId) is not { } job || TaskReading.Find(reader.Tables, job, key) is not { Attempt: > 0 } task)
        {
            return [];
        }

        List<TaskRecord> kept = reader.Tables.TaskLists.ListAttempts(job, reader.Tables.Steps.Find(job.Key, key.Step)!, key.Index);

        // The last of them is the task itself where the next was claimed and given back.
        return [.. kept.Where(attempt => attempt.Attempt < task.Attempt), task];
    }

    private static LedgerPage<ArtifactRecord> ReadArtifacts(LedgerReader reader, string jobId, int? step, string? after, int limit)
    {
        string last = after is null ? "" : Cursor.ReadText(ArtifactList, after);
        if (reader.FindSeen(jobId) is not { } job)
        {
            return new LedgerPage<ArtifactRecord>([], null);
        }

        string? name = step is { } index ? reader.Tables.Steps.Find(job.Key, index)?.Name : null;
        if (step is not null && name is null)
        {
            return new LedgerPage<ArtifactRecord>([], null);
        }

        List<ArtifactRecord> found = reader.Tables.Artifacts.List(job.Key, name, last, limit + 1);
        return found.Count <= limit
            ? new LedgerPage<ArtifactRecord>(found, null)
            : new LedgerPage<ArtifactRecord>(found[..limit], Cursor.Of(ArtifactList, found[limit - 1].Name));
    }
}
