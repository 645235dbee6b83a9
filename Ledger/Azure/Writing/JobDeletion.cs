using Azure;
using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Operations;
using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure.Writing;

/// <summary>Deletes jobs, some rows at a time. Each step may be made again, by anybody.</summary>
internal sealed class JobDeletion(JobReader jobs, JobWriters writers, JobPlaces places, RequestTable requests, TimeProvider time)
{
    /// <summary>How long it is remembered that a job was there.</summary>
    internal static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    private const int MostForgotten = 100;

    private LedgerTable Table => jobs.Table;

    internal async Task<DeleteJobOutcome> RunAsync(string jobId, int limit, CancellationToken cancellationToken)
    {
        (DeleteJobOutcome? refused, JobHead? job) = await writers
            .RunAsync(jobId, static (work, _) => Task.FromResult((JobOperations.Hide(work), work.Head)), cancellationToken).ConfigureAwait(false);
        if (refused is { } outcome)
        {
            return outcome;
        }

        // Also where it was hidden before: the one who did may have died.
        await places.SettleAsync(jobId, cancellationToken).ConfigureAwait(false);
        if (job!.RequestKey is { } key)
        {
            await requests.ForgetAsync(key, jobId, cancellationToken).ConfigureAwait(false);
        }

        if (await RemoveRowsAsync(jobId, RowKeys.AfterHead, limit, cancellationToken).ConfigureAwait(false) >= limit)
        {
            return DeleteJobOutcome.More;
        }

        await writers.RunAsync(jobId, static (work, _) => Task.FromResult(JobOperations.Remove(work)), cancellationToken).ConfigureAwait(false);
        await ForgetAsync(cancellationToken).ConfigureAwait(false);
        return DeleteJobOutcome.Deleted;
    }

    /// <summary>Whether a job of this id is being deleted, or was within the time that is remembered.</summary>
    internal async Task<bool> IsDeletedAsync(string jobId, CancellationToken cancellationToken) =>
        await jobs.LoadAsync(jobId, cancellationToken).ConfigureAwait(false) is { Head: { IsSeen: false } head }
        && (head.RemovedAt is not { } at || at > time.GetUtcNow() - Remembered);

    // Answers how many were removed. Another call may remove the same ones: then they are looked for again.
    private async Task<int> RemoveRowsAsync(string jobId, string from, int limit, CancellationToken cancellationToken)
    {
        string partition = RowKeys.Partition(jobId);
        int removed = 0;
        var batch = new List<TableChange>(LedgerTable.MostInBatch);
        while (removed < limit)
        {
            int most = Math.Min(LedgerTable.MostInBatch, limit - removed);
            batch.Clear();
            await foreach (TableRow row in Table
                .ListAsync(new TableRange(partition, from, RowKeys.End) { KeysOnly = true }, most, cancellationToken).ConfigureAwait(false))
            {
                batch.Add(new TableChange.Delete(partition, row.Key, ETag.All));
                if (batch.Count == most)
                {
                    break;
                }
            }

            if (batch.Count == 0)
            {
                break;
            }

            removed += await Table.ChangeAsync(batch, cancellationToken).ConfigureAwait(false) is TableOutcome.Changed ? batch.Count : 0;
        }

        return removed;
    }

    // What was removed long ago goes altogether, with what a call that was late may have left.
    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        string before = KeyText.Number((time.GetUtcNow() - Remembered).UtcTicks);
        int left = MostForgotten;
        await foreach (TableRow row in Table.ListAsync(new TableRange(JobLists.Deleted, "", before), MostForgotten, cancellationToken).ConfigureAwait(false))
        {
            string id = JobLists.IdOf(row);
            if (await jobs.LoadAsync(id, cancellationToken).ConfigureAwait(false) is { Head: { IsRemoved: true } head } && JobLists.IsTrue(head, row))
            {
                while (await RemoveRowsAsync(id, RowKeys.AfterHead, LedgerTable.MostInBatch, cancellationToken).ConfigureAwait(false) > 0)
                {
                }

                await Table.DeleteAsync(RowKeys.Partition(id), RowKeys.Head, null, cancellationToken).ConfigureAwait(false);
            }

            await Table.DeleteAsync(row.Partition, row.Key, row.ETag, cancellationToken).ConfigureAwait(false);
            if (--left == 0)
            {
                break;
            }
        }
    }
}
