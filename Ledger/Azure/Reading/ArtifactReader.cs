using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Azure.Reading;

/// <summary>Reads artifacts. A row has those of a task; the order of the rows is that of the names.</summary>
internal sealed class ArtifactReader(JobReader jobs)
{
    private const char List = 'a';

    /// <summary>How many tasks' rows are read at once.</summary>
    private const int RowsInPage = 100;

    internal static string? ReadCursor(string? after) => after is null ? null : Cursor.ReadText(List, after);

    internal async Task<ArtifactRecord?> FindAsync(LoadedHead head, string name, CancellationToken cancellationToken)
    {
        if (RowKeys.ArtifactsOf(name) is not { } key
            || await jobs.Table.FindAsync(RowKeys.Partition(head.Head.Id), key, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return null;
        }

        await foreach (ArtifactRecord artifact in ReadAsync(head, row, cancellationToken).ConfigureAwait(false))
        {
            if (artifact.Name == name)
            {
                return artifact;
            }
        }

        return null;
    }

    internal async Task<LedgerPage<ArtifactRecord>> ListAsync(
        LoadedHead head, int? step, string? last, int limit, CancellationToken cancellationToken)
    {
        var range = TableRange.Prefix(RowKeys.Partition(head.Head.Id), RowKeys.ArtifactPrefix);
        if (step is { } index)
        {
            if (await jobs.FindStepAsync(head, index, cancellationToken).ConfigureAwait(false) is not { } only)
            {
                return new LedgerPage<ArtifactRecord>([], null);
            }

            range = TableRange.Prefix(range.Partition, RowKeys.ArtifactsOfStep(only.Name));
        }

        if (last is not null)
        {
            string from = RowKeys.ArtifactsOf(last) ?? throw new BadCursorException();
            range = range with { From = string.CompareOrdinal(from, range.From) > 0 ? from : range.From };
        }

        var found = new List<ArtifactRecord>();
        await foreach (TableRow row in jobs.Table.ListAsync(range, RowsInPage, cancellationToken).ConfigureAwait(false))
        {
            await foreach (ArtifactRecord artifact in ReadAsync(head, row, cancellationToken).ConfigureAwait(false))
            {
                if (last is not null && string.CompareOrdinal(artifact.Name, last) <= 0)
                {
                    continue;
                }

                if (found.Count == limit)
                {
                    return new LedgerPage<ArtifactRecord>(found, Cursor.Of(List, found[^1].Name));
                }

                found.Add(artifact);
            }
        }

        return new LedgerPage<ArtifactRecord>(found, null);
    }

    // The artifacts of a task by name.
    private async IAsyncEnumerable<ArtifactRecord> ReadAsync(
        LoadedHead head, TableRow row, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArtifactsData first = LedgerJson.Read(row, LedgerJson.Default.ArtifactsData);
        if (first.Artifacts.Count == 0 || await jobs.FindStepAsync(head, first.Step, cancellationToken).ConfigureAwait(false) is not { } step)
        {
            yield break;
        }

        var place = new TaskPlace(first.Step, first.Index);
        string prefix = FormattableString.Invariant($"{step.Name}/{place.Index}/");
        foreach (ArtifactData artifact in first.Artifacts)
        {
            yield return artifact.ToRecord(prefix, place);
        }

        for (int i = 0; i < first.FurtherRows; i++)
        {
            string key = RowKeys.FurtherArtifacts(place, first.Token, i);
            if (await jobs.Table.FindAsync(row.Partition, key, cancellationToken).ConfigureAwait(false) is { } further)
            {
                foreach (ArtifactData artifact in LedgerJson.Read(further, LedgerJson.Default.ArtifactsData).Artifacts)
                {
                    yield return artifact.ToRecord(prefix, place);
                }
            }
        }
    }
}
