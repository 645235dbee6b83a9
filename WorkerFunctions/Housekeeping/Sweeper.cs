using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Housekeeping;

/// <summary>
/// Goes on with what was interrupted between two stores, and deletes what has been kept long enough. Everything in bounded
/// batches; one job that cannot be looked after does not keep the others from it.
/// </summary>
public sealed partial class Sweeper(
    IJobLedger ledger, IBlobStore blobs, RootWatch roots, JobReruns reruns, JobDeletion deletion, IOptions<AppOptions> options, TimeProvider time, ILogger<Sweeper> logger)
{
    private const int Batch = 200;

    /// <summary>How long a sweep goes on with deleting what is kept no longer: as much as finishes must be able to go.</summary>
    private static readonly TimeSpan RetentionTurn = TimeSpan.FromSeconds(3);

    /// <summary>What another call is probably just about is left to it.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongPrepared = TimeSpan.FromMinutes(1);

    /// <summary>A body may take long to arrive; its files come before its row.</summary>
    private static readonly TimeSpan OrphanAge = TimeSpan.FromHours(1);

    private static readonly TimeSpan OrphanInterval = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DateTimeOffset> _orphans = new(StringComparer.Ordinal);
    private DateTimeOffset _orphansDue = DateTimeOffset.MinValue;
    private string? _finishedAfter;

    /// <summary>The jobs of which something runs: what the management API did to one is noticed within a second.</summary>
    public Task WatchRunningAsync(DurableTaskClient client, CancellationToken cancellationToken) =>
        CareAsync(CareKind.Running, TimeSpan.Zero, job => roots.LookAsync(job, client, tellAgain: false, cancellationToken), cancellationToken);

    /// <summary>All that has to be looked after now and then.</summary>
    public async Task SweepAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        roots.BeginRound();
        await CareAsync(CareKind.Accepted, Young, job => roots.LookAsync(job, client, tellAgain: true, cancellationToken), cancellationToken);
        await CareAsync(CareKind.Preparing, LongPrepared, job => reruns.PrepareAsync(client, job, cancellationToken), cancellationToken);
        await CareAsync(CareKind.Unfinished, Young, job => roots.LookAsync(job, client, tellAgain: true, cancellationToken), cancellationToken);
        roots.EndRound();
        await CareAsync(CareKind.Deleting, TimeSpan.Zero, job => deletion.DeleteAsync(client, job, cancellationToken), cancellationToken);
        await FollowPurgesAsync(client, cancellationToken);
        await RetainAsync(client, cancellationToken);
        await DeleteOrphansAsync(cancellationToken);
    }

    private async Task CareAsync(CareKind kind, TimeSpan age, Func<JobRecord, Task> care, CancellationToken cancellationToken)
    {
        DateTimeOffset before = ledger.Now - age;
        string? after = null;
        IReadOnlyList<JobRecord> jobs;
        do
        {
            jobs = await ledger.ListForCareAsync(kind, before, after, Batch, cancellationToken);
            foreach (JobRecord job in jobs)
            {
                after = job.Id;
                await TryAsync(job.Id, () => care(job), cancellationToken);
            }
        }
        while (jobs.Count == Batch);
    }

    private async Task<bool> TryAsync(string jobId, Func<Task> care, CancellationToken cancellationToken)
    {
        try
        {
            await care();
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested) // One job's trouble is not the others'.
        {
            NotCaredFor(logger, jobId, exception);
            return false;
        }
    }

    /// <summary>
    /// A finished job whose root was purged by the management API goes too. A few at a time, round and round: nobody waits
    /// for it.
    /// </summary>
    private async Task FollowPurgesAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        DateTimeOffset before = ledger.Now - Young;
        IReadOnlyList<JobRecord> jobs = await ledger.ListForCareAsync(CareKind.Finished, before, _finishedAfter, Batch, cancellationToken);
        foreach (JobRecord job in jobs)
        {
            await TryAsync(job.Id, async () =>
            {
                if (await client.GetInstanceAsync(job.Id, cancellationToken) is null)
                {
                    await deletion.DeleteAsync(client, job, cancellationToken);
                }
            }, cancellationToken);
        }

        _finishedAfter = jobs.Count == Batch ? jobs[^1].Id : null;
    }

    private async Task RetainAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        int deleted = 0;
        if (options.Value.RetentionTime > TimeSpan.Zero)
        {
            DateTimeOffset before = ledger.Now - options.Value.RetentionTime;
            deleted = await DeleteOldestAsync(client, before, static () => Task.FromResult(true), cancellationToken);
        }

        if (options.Value.RetentionSize > 0)
        {
            deleted += await DeleteOldestAsync(
                client,
                DateTimeOffset.MaxValue,
                async () => (await ledger.GetTotalsAsync(cancellationToken)).FinishedBytes > options.Value.RetentionSize,
                cancellationToken);
        }

        if (deleted > 0)
        {
            Deleted(logger, deleted);
        }
    }

    private async Task<int> DeleteOldestAsync(
        DurableTaskClient client, DateTimeOffset before, Func<Task<bool>> isNeeded, CancellationToken cancellationToken)
    {
        int deleted = 0;
        long began = time.GetTimestamp();
        string? after = null;
        while (await isNeeded())
        {
            IReadOnlyList<JobRecord> jobs = await ledger.ListForCareAsync(CareKind.Finished, before, after, Batch, cancellationToken);
            foreach (JobRecord job in jobs)
            {
                if (!await isNeeded())
                {
                    return deleted;
                }

                if (await TryAsync(job.Id, () => deletion.DeleteAsync(client, job, cancellationToken), cancellationToken))
                {
                    deleted++;
                }
                else
                {
                    after = job.Id; // It is still there: the next page goes on behind it.
                }
            }

            if (jobs.Count < Batch || time.GetElapsedTime(began) > RetentionTurn)
            {
                break;
            }
        }

        return deleted;
    }

    /// <summary>Files of a job that has no row, seen twice an hour apart: its request ended between the two stores.</summary>
    private async Task DeleteOrphansAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now < _orphansDue)
        {
            return;
        }

        _orphansDue = now + OrphanInterval;
        HashSet<string> seen = new(StringComparer.Ordinal);
        int deleted = 0;
        await foreach (string jobId in blobs.ListJobsAsync(cancellationToken))
        {
            if (await HasRowAsync(jobId, cancellationToken))
            {
                continue;
            }

            seen.Add(jobId);
            if (_orphans.TryAdd(jobId, now) || now - _orphans[jobId] < OrphanAge)
            {
                continue;
            }

            deleted += await TryAsync(jobId, () => blobs.DeleteJobAsync(jobId, cancellationToken), cancellationToken) ? 1 : 0;
        }

        foreach (string gone in _orphans.Keys.Where(jobId => !seen.Contains(jobId)).ToArray())
        {
            _orphans.Remove(gone);
        }

        if (deleted > 0)
        {
            DeletedOrphans(logger, deleted);
        }
    }

    private async Task<bool> HasRowAsync(string jobId, CancellationToken cancellationToken)
    {
        try
        {
            return await ledger.GetJobAsync(jobId, cancellationToken) is not null || await ledger.GetDocumentAsync(jobId, cancellationToken) is not null;
        }
        catch (LedgerDamagedException)
        {
            return true; // The row of one that is being deleted: what cannot be read of it is there.
        }
    }
}
