using Azure;
using FuncExec.Ledger.Azure.Jobs;

namespace FuncExec.Ledger.Azure.Tables;

/// <summary>
/// How many jobs have not finished, and what finished ones have stored. One partition holds the sum and a row for each job that
/// counts in it; both change together, so a repeated call changes nothing.
/// </summary>
internal sealed class TotalsTable(LedgerTable table)
{
    private const string Partition = "totals";
    private const string Sum = "0";

    private static string Unfinished(string id) => "u." + id;

    private static string Finished(string id) => "f." + id;

    internal async Task<LedgerTotals> ReadAsync(CancellationToken cancellationToken)
    {
        (TotalsData sum, _) = await ReadSumAsync(cancellationToken).ConfigureAwait(false);
        return new LedgerTotals(sum.Unfinished, sum.FinishedBytes);
    }

    /// <summary>Takes a place for a job unless as many as may be are taken. A job that has one keeps it.</summary>
    internal async Task<bool> TryTakeAsync(string id, int most, CancellationToken cancellationToken)
    {
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

            List<TableChange> changes = [Write(sum with { Unfinished = sum.Unfinished + 1 }, etag), new TableChange.Insert(Row(Unfinished(id), 0))];
            if (await table.ChangeAsync(changes, cancellationToken).ConfigureAwait(false) is TableOutcome.Changed)
            {
                return true;
            }

            await PauseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A job counts as finished with its bytes (null: not at all), and not as unfinished. Idempotent.</summary>
    internal async Task SettleAsync(string id, long? finishedBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            (TotalsData sum, ETag? etag) = await ReadSumAsync(cancellationToken).ConfigureAwait(false);
            TableRow?[] both = await Task.WhenAll(
                table.FindAsync(Partition, Unfinished(id), cancellationToken), table.FindAsync(Partition, Finished(id), cancellationToken)).ConfigureAwait(false);
            (TableRow? unfinished, TableRow? finished) = (both[0], both[1]);
            List<TableChange> changes = [];
            if (unfinished is not null)
            {
                sum = sum with { Unfinished = sum.Unfinished - 1 };
                changes.Add(new TableChange.Delete(Partition, unfinished.Key, unfinished.ETag));
            }

            if (finishedBytes is { } bytes && finished is null)
            {
                sum = sum with { FinishedBytes = sum.FinishedBytes + bytes };
                changes.Add(new TableChange.Insert(Row(Finished(id), bytes)));
            }
            else if (finishedBytes is null && finished is not null)
            {
                sum = sum with { FinishedBytes = sum.FinishedBytes - LedgerJson.Read(finished, LedgerJson.Default.CountedData).Bytes };
                changes.Add(new TableChange.Delete(Partition, finished.Key, finished.ETag));
            }

            if (changes.Count == 0
                || await table.ChangeAsync([Write(sum, etag), .. changes], cancellationToken).ConfigureAwait(false) is TableOutcome.Changed)
            {
                return;
            }

            await PauseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The jobs that have a place as unfinished, with the age of it.</summary>
    internal async IAsyncEnumerable<(string Id, TimeSpan Age)> ListUnfinishedAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = TableRange.Prefix(Partition, "u.") with { KeysOnly = true };
        await foreach (TableRow row in table.ListAsync(range, 1_000, cancellationToken).ConfigureAwait(false))
        {
            yield return (row.Key[2..], row.Age);
        }
    }

    private static TableChange Write(TotalsData sum, ETag? etag)
    {
        var row = new TableRow(Partition, Sum, LedgerJson.Write(sum, LedgerJson.Default.TotalsData));
        return etag is null ? new TableChange.Insert(row) : new TableChange.Replace(row, etag.Value);
    }

    private static TableRow Row(string key, long bytes) => new(Partition, key, LedgerJson.Write(new CountedData(bytes), LedgerJson.Default.CountedData));

    // Many that change the sum at once would meet each other again and again.
    private static Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(Random.Shared.Next(2, 40), cancellationToken);

    private async Task<(TotalsData Sum, ETag? ETag)> ReadSumAsync(CancellationToken cancellationToken) =>
        await table.FindAsync(Partition, Sum, cancellationToken).ConfigureAwait(false) is { } row
            ? (LedgerJson.Read(row, LedgerJson.Default.TotalsData), row.ETag)
            : (new TotalsData(0, 0), null);
}
