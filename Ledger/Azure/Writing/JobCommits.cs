using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;
using Microsoft.Extensions.Logging;

namespace FuncExec.Ledger.Azure.Writing;

/// <summary>Makes commits, with the rows of lists around them.</summary>
internal sealed partial class JobCommits(JobReader jobs, JobSignals signals, ILogger logger)
{
    private const int RowsAtOnce = 8;

    private LedgerTable Table => jobs.Table;

    /// <summary>Stores what was changed; false when somebody else has written meanwhile, and nothing is changed.</summary>
    internal async Task<bool> MakeAsync(JobWork work, CancellationToken cancellationToken)
    {
        JobCommit commit = work.Seal(Guid.NewGuid().ToString("N"));
        await PutAllAsync(commit.Before, cancellationToken).ConfigureAwait(false);
        bool isMade = await Table.ChangeAsync(commit.Changes, cancellationToken).ConfigureAwait(false) switch
        {
            TableOutcome.Changed changed => work.Committed(changed.ETag),
            _ => await WasMadeAsync(work, commit, cancellationToken).ConfigureAwait(false),
        };

        // Rows of lists that carry this commit's id are nobody else's.
        await RemoveAsync(isMade ? commit.After : JobLists.OfCommit(commit.Before, commit.Id), cancellationToken).ConfigureAwait(false);
        if (isMade)
        {
            signals.Announce(work.Stored!.Id);
        }

        return isMade;
    }

    /// <summary>Writes rows that nobody counts on yet.</summary>
    internal Task PutAllAsync(IReadOnlyCollection<TableRow> rows, CancellationToken cancellationToken) =>
        ForEachAsync(rows, Table.PutAsync, cancellationToken);

    /// <summary>Writes rows that commits are going to change: a copy of the request that comes late must not undo that.</summary>
    internal async Task AddAllAsync(IEnumerable<TableRow> rows, CancellationToken cancellationToken)
    {
        var batch = new List<TableChange>();
        int weight = 0;
        foreach (TableRow row in rows)
        {
            if (batch.Count == LedgerTable.MostInBatch || (batch.Count > 0 && weight + row.Data.Length > LedgerTable.MostWeightInBatch))
            {
                await AddAsync().ConfigureAwait(false);
            }

            batch.Add(new TableChange.Insert(row));
            weight += row.Data.Length;
        }

        if (batch.Count > 0)
        {
            await AddAsync().ConfigureAwait(false);
        }

        // Their keys are this call's own: what is there was put by a try whose answer was lost.
        async Task AddAsync()
        {
            await Table.ChangeAsync(batch, cancellationToken).ConfigureAwait(false);
            batch.Clear();
            weight = 0;
        }
    }

    /// <summary>Removes rows of lists. Where that fails the reader of the list passes them over, and removes them once they are old.</summary>
    internal async Task RemoveAsync(IEnumerable<TableRow> rows, CancellationToken cancellationToken)
    {
        try
        {
            await ForEachAsync(rows, (row, token) => Table.DeleteAsync(row.Partition, row.Key, null, token), cancellationToken).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception)
        {
            LeftOver(logger, exception);
        }
    }

    /// <summary>
    /// After a refusal: the pipeline may have sent the change twice, and the first answer was lost. The head then is this commit's, or its
    /// events are there. Otherwise the version that was its condition is gone for good: no delayed copy of it can be done any more.
    /// </summary>
    private async Task<bool> WasMadeAsync(JobWork work, JobCommit commit, CancellationToken cancellationToken)
    {
        string id = work.Head!.Id;
        JobHead? head = null;
        if (await jobs.LoadAsync(id, cancellationToken).ConfigureAwait(false) is { } loaded)
        {
            head = loaded.Head;
            if (head.Commit == commit.Id)
            {
                return work.Committed(loaded.ETag);
            }
        }

        // A change that has no events and moved the job on its lists is known by that.
        if (head?.ListedBy != commit.Id
            && (commit.EventsKey is null
                || await Table.FindAsync(RowKeys.Partition(id), commit.EventsKey, cancellationToken).ConfigureAwait(false) is not { } row
                || LedgerJson.Read(row, LedgerJson.Default.EventsData).Commit != commit.Id))
        {
            return false;
        }

        // Others have written since.
        work.Committed(work.ETag!.Value);
        work.IsCurrent = false;
        return true;
    }

    private static Task ForEachAsync(IEnumerable<TableRow> rows, Func<TableRow, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            rows,
            new ParallelOptions { MaxDegreeOfParallelism = RowsAtOnce, CancellationToken = cancellationToken },
            async (row, token) => await write(row, token).ConfigureAwait(false));

    [LoggerMessage(6001, LogLevel.Warning, "Rows of lists that a change has made wrong could not be removed. Lists pass them over; nothing is to be done.")]
    private static partial void LeftOver(ILogger logger, Exception exception);
}
