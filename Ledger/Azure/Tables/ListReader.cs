using FuncExec.Ledger.Azure.Jobs;

namespace FuncExec.Ledger.Azure.Tables;

/// <summary>Reads lists: the rows in order, and the head of each; what no head stands by is passed over, and removed once it is old.</summary>
internal sealed class ListReader(JobReader jobs, LedgerLimits limits)
{
    private const int HeadsAtOnce = 16;

    /// <summary>Jobs of a list that are what it says, in order.</summary>
    internal async IAsyncEnumerable<LoadedHead> ReadAsync(
        TableRange range, int most, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = new List<TableRow>(HeadsAtOnce);
        await foreach (TableRow row in jobs.Table.ListAsync(range, most, cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row);
            if (rows.Count == HeadsAtOnce)
            {
                foreach (LoadedHead head in await LoadAsync(rows, cancellationToken).ConfigureAwait(false))
                {
                    yield return head;
                }

                rows.Clear();
            }
        }

        foreach (LoadedHead head in await LoadAsync(rows, cancellationToken).ConfigureAwait(false))
        {
            yield return head;
        }
    }

    private async Task<List<LoadedHead>> LoadAsync(List<TableRow> rows, CancellationToken cancellationToken)
    {
        LoadedHead?[] heads = await Task.WhenAll(rows.Select(row => jobs.LoadAsync(JobLists.IdOf(row), cancellationToken))).ConfigureAwait(false);
        var found = new List<LoadedHead>(rows.Count);
        for (int i = 0; i < heads.Length; i++)
        {
            if (heads[i] is { } head && JobLists.IsTrue(head.Head, rows[i]))
            {
                found.Add(head);
            }
            else if (rows[i].Age > limits.Leftover)
            {
                await jobs.Table.DeleteAsync(rows[i].Partition, rows[i].Key, rows[i].ETag, cancellationToken).ConfigureAwait(false);
            }
        }

        return found;
    }
}
