using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure.Writing;

/// <summary>Sees that the totals follow the heads also where somebody died between the two.</summary>
internal sealed class JobPlaces(JobReader jobs, TotalsTable totals, TimeProvider time)
{
    private const int AtOnce = 16;

    /// <summary>A job counts as what its head says.</summary>
    internal async Task SettleAsync(string id, CancellationToken cancellationToken)
    {
        JobHead? head = (await jobs.LoadAsync(id, cancellationToken).ConfigureAwait(false))?.Head;
        if (head is not { IsUnfinished: true })
        {
            await totals.SettleAsync(id, head is { IsSeen: true } ? head.StoredBytes : null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>No job may come to an id any more for which none has come yet; its place is free.</summary>
    internal async Task FenceAsync(string id, CancellationToken cancellationToken)
    {
        var head = new HeadData(JobHead.Gone(id, time.GetUtcNow().ToUniversalTime()), []);
        await jobs.Table.PutAsync(JobLists.Rows(head.Head).Single(), cancellationToken).ConfigureAwait(false);
        var row = new TableRow(RowKeys.Partition(id), RowKeys.Head, LedgerJson.Write(head, LedgerJson.Default.HeadData));

        // Whether this one or the job's was first, the head decides.
        await jobs.Table.ChangeAsync([new TableChange.Insert(row)], cancellationToken).ConfigureAwait(false);
        await SettleAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Frees the places of jobs that have ended, and of those older than a time that never came: their call must have died.</summary>
    internal async Task FreeAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        var taken = new List<(string Id, TimeSpan Age)>();
        await foreach ((string Id, TimeSpan Age) place in totals.ListUnfinishedAsync(cancellationToken).ConfigureAwait(false))
        {
            taken.Add(place);
        }

        await Parallel.ForEachAsync(
            taken, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            (place, token) => FreeAsync(place, olderThan, token)).ConfigureAwait(false);
    }

    private async ValueTask FreeAsync((string Id, TimeSpan Age) place, TimeSpan olderThan, CancellationToken cancellationToken)
    {
        LoadedHead? head = await jobs.LoadAsync(place.Id, cancellationToken).ConfigureAwait(false);
        if (head is null && place.Age >= olderThan)
        {
            await FenceAsync(place.Id, cancellationToken).ConfigureAwait(false);
        }
        else if (head is { Head.IsUnfinished: false })
        {
            await SettleAsync(place.Id, cancellationToken).ConfigureAwait(false);
        }
    }
}
