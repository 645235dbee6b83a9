using System.Runtime.CompilerServices;
using Azure;
using FuncExec.Ledger.Azure.Jobs;

namespace FuncExec.Ledger.Azure.Tables;

/// <summary>
/// How many jobs have not finished, and what finished ones have stored. One partition holds the sum and a row for each job that
/// counts in it; both change together, so a repeated call changes nothing. In one process one call after the other changes it, and
/// remembers the sum: as long as no other process writes, a place takes one request.
/// </summary>
internal sealed class TotalsTable(LedgerTable table)
{
    private const string Partition = "totals";
    private const string Sum = "0";
    private const string UnfinishedPrefix = "u.";

    private readonly SemaphoreSlim _turn = new(1);
    private (TotalsData Sum, ETag ETag)? _known;

    internal async Task<LedgerTotals> ReadAsync(CancellationToken cancellationToken)
    {
        (TotalsData sum, _) = await ReadSumAsync(cancellationToken).ConfigureAwait(false);
        return new LedgerTotals(sum.Unfinished, sum.FinishedBytes);
    }

    /// <summary>Takes a place for a job unless as many as may be are taken. A job that has one keeps it.</summary>
    internal Task<bool> TryTakeAsync(string id, int most, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            // What is remembered is enough to take a place, and not to refuse one.
            if (_known is { } known && known.Sum.Unfinished < most
                && await TryWriteAsync(Taken(known.Sum), known.ETag, [Insert(Unfinished(id), 0)], cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            while (true)
            {
                (TotalsData sum, ETag? etag) = await ReadSumAsync(cancellationToken).ConfigureAwait(false);
                if (await table.FindAsync(Partition, Unfinished(id), cancellationToken).ConfigureAwait(false) is not null)
                {
                    return true;
                }

                if (sum.Unfinished >= most)
                {
                    return false;
                }

                if (await TryWriteAsync(Taken(sum), etag, [Insert(Unfinished(id), 0)], cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }

                await PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        },
        cancellationToken);

    /// <summary>A job counts as finished with its bytes (null: not at all), and not as unfinished. Idempotent.</summary>
    internal Task SettleAsync(string id, long? finishedBytes, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            while (!await TrySettleAsync(id, finishedBytes, cancellationToken).ConfigureAwait(false))
            {
                await PauseAsync(cancellationToken).ConfigureAwait(false);
            }

            return true;
        },
        cancellationToken);

    /// <summary>The jobs that have a place as unfinished, with the age of it.</summary>
    internal async IAsyncEnumerable<(string Id, TimeSpan Age)> ListUnfinishedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TableRow row in table.ListAsync(TableRange.Prefix(Partition, UnfinishedPrefix), 1_000, cancellationToken).ConfigureAwait(false))
        {
            yield return (row.Key[UnfinishedPrefix.Length..], row.Age);
        }
    }

    private static string Unfinished(string id) => UnfinishedPrefix + id;

    private static string Finished(string id) => "f." + id;

    private static TotalsData Taken(TotalsData sum) => sum with { Unfinished = sum.Unfinished + 1 };

    private static TableChange.Insert Insert(string key, long bytes) =>
        new(new TableRow(Partition, key, LedgerJson.Write(new CountedData(bytes), LedgerJson.Default.CountedData)));

    // Processes that change the sum at once would meet each other again and again.
    private static Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(Random.Shared.Next(2, 40), cancellationToken);

    private async Task<bool> TrySettleAsync(string id, long? finishedBytes, CancellationToken cancellationToken)
    {
        // The sum first: whoever changes the rows after that changes the sum too.
        (TotalsData sum, ETag? etag) = _known is { } known ? (known.Sum, known.ETag) : await ReadSumAsync(cancellationToken).ConfigureAwait(false);
        TableRow?[] rows = await Task.WhenAll(
            table.FindAsync(Partition, Unfinished(id), cancellationToken), table.FindAsync(Partition, Finished(id), cancellationToken)).ConfigureAwait(false);
        List<TableChange> changes = [];
        if (rows[0] is { } unfinished)
        {
            sum = sum with { Unfinished = sum.Unfinished - 1 };
            changes.Add(new TableChange.Delete(Partition, unfinished.Key, unfinished.ETag));

            // Only with its place: where that is gone, somebody else has settled it, perhaps because it was deleted since.
            if (finishedBytes is { } bytes && rows[1] is null)
            {
                sum = sum with { FinishedBytes = sum.FinishedBytes + bytes };
                changes.Add(Insert(Finished(id), bytes));
            }
        }

        if (finishedBytes is null && rows[1] is { } finished)
        {
            sum = sum with { FinishedBytes = sum.FinishedBytes - LedgerJson.Read(finished, LedgerJson.Default.CountedData).Bytes };
            changes.Add(new TableChange.Delete(Partition, finished.Key, finished.ETag));
        }

        return changes.Count == 0 || await TryWriteAsync(sum, etag, changes, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> TryWriteAsync(TotalsData sum, ETag? etag, IEnumerable<TableChange> changes, CancellationToken cancellationToken)
    {
        _known = null;
        var row = new TableRow(Partition, Sum, LedgerJson.Write(sum, LedgerJson.Default.TotalsData));
        TableChange first = etag is { } version ? new TableChange.Replace(row, version) : new TableChange.Insert(row);
        if (await table.ChangeAsync([first, .. changes], cancellationToken).ConfigureAwait(false) is not TableOutcome.Changed changed)
        {
            return false;
        }

        _known = (sum, changed.ETag);
        return true;
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await change().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<(TotalsData Sum, ETag? ETag)> ReadSumAsync(CancellationToken cancellationToken) =>
        await table.FindAsync(Partition, Sum, cancellationToken).ConfigureAwait(false) is { } row
            ? (LedgerJson.Read(row, LedgerJson.Default.TotalsData), row.ETag)
            : (new TotalsData(0, 0), null);
}
