using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Operations;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Azure;

/// <summary>Jobs.</summary>
public sealed partial class AzureJobLedger
{
    /// <inheritdoc/>
    public Task<CreateJobOutcome> CreateJobAsync(NewJob job, int maxUnfinished, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckNew(job);
        return KeyText.IsPlain(job.Id)
            ? _creation.RunAsync(job, maxUnfinished, cancellationToken)
            : throw new ArgumentException($"'{job.Id}' is no id of a job here: it has 1 to 128 of the characters A-Z a-z 0-9 . _ -.", nameof(job));
    }

    /// <inheritdoc/>
    public Task<bool> CopySucceededAsync(string jobId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _writers.RunAsync(jobId, (work, token) => CopyOperation.RunAsync(work, _jobs, limit, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<JobRecord?> GetJobAsync(string jobId, CancellationToken cancellationToken) =>
        await _jobs.FindSeenAsync(jobId, cancellationToken).ConfigureAwait(false) is { } head
            ? await _jobs.ReadAsync(head, cancellationToken).ConfigureAwait(false)
            : null;

    /// <inheritdoc/>
    public async Task<string?> GetWorkspaceAsync(string jobId, CancellationToken cancellationToken) =>
        (await _jobs.FindSeenAsync(jobId, cancellationToken).ConfigureAwait(false))?.Head.Workspace;

    /// <inheritdoc/>
    public async Task<byte[]?> GetDocumentAsync(string jobId, CancellationToken cancellationToken)
    {
        if (await _jobs.FindSeenAsync(jobId, cancellationToken).ConfigureAwait(false) is not { Head: { DocumentRows: > 0 } head })
        {
            return null;
        }

        using var document = new MemoryStream();
        int rows = 0;
        var range = TableRange.Prefix(RowKeys.Partition(jobId), RowKeys.DocumentPrefix(head));
        await foreach (TableRow row in _table.ListAsync(range, 1_000, cancellationToken).ConfigureAwait(false))
        {
            document.Write(row.Data.Span);
            rows++;
        }

        try
        {
            return rows == head.DocumentRows ? Packed.Read(document.GetBuffer().AsSpan(0, (int)document.Length)) : throw Packed.Damaged();
        }
        catch (LedgerDamagedException)
        {
            // It may be on its way out.
            return await _jobs.FindSeenAsync(jobId, cancellationToken).ConfigureAwait(false) is null
                ? null
                : throw new LedgerDamagedException($"The stored document of job '{jobId}' is damaged. Delete that job; everything else can be read.");
        }
    }

    /// <inheritdoc/>
    public Task<bool> IsDeletedAsync(string jobId, CancellationToken cancellationToken) => _deletion.IsDeletedAsync(jobId, cancellationToken);

    /// <inheritdoc/>
    public Task<LedgerPage<JobRecord>> ListJobsAsync(JobFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        LedgerArguments.CheckLimit(limit);
        return _pages.ReadAsync(filter, after, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<JobRecord?> BeginJobAsync(string jobId, CancellationToken cancellationToken) =>
        _writers.RunAsync(jobId, JobOperations.BeginAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<StopJobOutcome> StopJobAsync(string jobId, StopKind kind, string? reason, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckStop(kind);
        string? cut = LedgerText.Cut(reason);
        return _writers.RunAsync(jobId, (work, _) => Task.FromResult(JobOperations.Stop(work, kind, cut)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SuspendJobOutcome> SetSuspendedAsync(string jobId, bool suspended, CancellationToken cancellationToken) =>
        _writers.RunAsync(jobId, (work, _) => Task.FromResult(JobOperations.SetSuspended(work, suspended)), cancellationToken);

    /// <inheritdoc/>
    public Task ConfirmSuspensionAsync(string jobId, bool suspended, CancellationToken cancellationToken) =>
        _writers.RunAsync(jobId, (work, _) => Task.FromResult(JobOperations.ConfirmSuspension(work, suspended)), cancellationToken);

    /// <inheritdoc/>
    public Task CloseStepAsync(string jobId, int step, StepClosing closing, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckClosing(closing);
        StepClosing cut = closing with { Error = LedgerText.Cut(closing.Error) };
        return _writers.RunAsync(jobId, (work, token) => ClosingOperations.CloseStepAsync(work, step, cut, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> CancelWaitingAsync(string jobId, string error, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        string cut = LedgerText.Cut(error);
        return _writers.RunAsync(jobId, (work, token) => ClosingOperations.CancelWaitingAsync(work, _lives, cut, limit, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<JobRecord?> FinishJobAsync(string jobId, JobEnd end, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckEnd(end);
        JobEnd cut = end with { Error = LedgerText.Cut(end.Error) };
        JobRecord? job = await _writers.RunAsync(jobId, (work, token) => JobOperations.FinishAsync(work, cut, token), cancellationToken).ConfigureAwait(false);
        if (job is not null)
        {
            // Also of one that had ended before: whoever ended it may have died here.
            await _places.SettleAsync(jobId, cancellationToken).ConfigureAwait(false);
        }

        return job;
    }

    /// <inheritdoc/>
    public Task<DeleteJobOutcome> DeleteJobAsync(string jobId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _deletion.RunAsync(jobId, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRecord>> ListForCareAsync(
        CareKind kind, DateTimeOffset before, string? after, int limit, CancellationToken cancellationToken)
    {
        LedgerArguments.CheckLimit(limit);
        return _pages.ReadForCareAsync(kind, before, after, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<LedgerTotals> GetTotalsAsync(CancellationToken cancellationToken) => _totals.ReadAsync(cancellationToken);
}
