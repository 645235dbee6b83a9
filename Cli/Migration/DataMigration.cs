using System.Globalization;
using FuncExec.Cli.Output;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Cli.Migration;

/// <summary>
/// Moves all of one place to another: marks both, so that no node starts over either; clears the target; copies; reads the target
/// again; and takes the target's mark away when both are equal. Stopped anywhere before that, it begins anew the next time.
/// </summary>
internal sealed class DataMigration(MigrationPlace source, MigrationPlace target)
{
    private readonly Dictionary<TransferKind, TransferTotal> _copied = [];
    private readonly BlobMigration _copiedBlobs = new();

    /// <summary>Whether both places are marked: nobody starts over either until it has come to its end.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether both sides were found equal, and the target's marks are being taken away: perhaps they are gone.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Does it; answers what each side has of each kind.</summary>
    /// <exception cref="CliException">It is not to be done so.</exception>
    public async Task<IReadOnlyList<MigrationLine>> RunAsync(CancellationToken cancellationToken)
    {
        await CheckSourceAsync(cancellationToken);
        bool isResumed = await CheckTargetAsync(cancellationToken);
        await MarkAsync(isResumed, cancellationToken);
        HasBegun = true;
        await target.ClearAsync(cancellationToken);
        await CopyAsync(cancellationToken);
        IReadOnlyList<MigrationLine> lines = await CompareAsync(cancellationToken);
        if (lines.All(static line => line.IsEqual))
        {
            IsEnding = true;
            foreach (IMarkedStore store in target.Marked)
            {
                await store.UnmarkAsync(cancellationToken);
            }
        }

        return lines;
    }

    /// <summary>Takes the mark of a source away.</summary>
    /// <exception cref="CliException">It has none, or another one.</exception>
    public static async Task ReleaseAsync(MigrationPlace place, CancellationToken cancellationToken)
    {
        bool hasMark = false;
        foreach (IMarkedStore store in place.Marked)
        {
            hasMark |= await store.ReadMarkAsync(cancellationToken) switch
            {
                null => false,
                { Role: TransferRole.Source } => true,
                { } mark => throw new CliException(mark.Explain(store.Description, place.Word)),
            };
        }

        if (!hasMark)
        {
            throw new CliException($"Nothing was moved away from {place.Description}: there is no mark to take away.");
        }

        foreach (IMarkedStore store in place.Marked)
        {
            await store.UnmarkAsync(cancellationToken);
        }
    }

    private async Task CheckSourceAsync(CancellationToken cancellationToken)
    {
        foreach (IMarkedStore store in source.Marked)
        {
            TransferMark? mark = await store.ReadMarkAsync(cancellationToken);
            if (mark is { Role: TransferRole.Target } || (mark is not null && mark.Partner != target.Description))
            {
                throw new CliException(mark.Explain(store.Description, source.Word));
            }
        }
    }

    /// <summary>Whether the target was left incomplete before; else it has to be empty.</summary>
    private async Task<bool> CheckTargetAsync(CancellationToken cancellationToken)
    {
        bool isResumed = false;
        foreach (IMarkedStore store in target.Marked)
        {
            isResumed |= await store.ReadMarkAsync(cancellationToken) is { Role: TransferRole.Target };
        }

        if (isResumed)
        {
            Messages.Note($"{target.Description} was left incomplete before: it is filled anew.");
        }
        else if (!await target.IsEmptyAsync(cancellationToken))
        {
            throw new CliException($"{target.Description} holds data already, and is left alone. Name a new data directory, or another hub with --hub, or delete it first.");
        }

        return isResumed;
    }

    /// <summary>Marks both. A place that is in use is refused; the other is then as it was.</summary>
    private async Task MarkAsync(bool isResumed, CancellationToken cancellationToken)
    {
        List<IMarkedStore> marked = [];
        try
        {
            foreach (IMarkedStore store in target.Marked)
            {
                await store.MarkAsync(new TransferMark(TransferRole.Target, source.Description), cancellationToken);
                if (!isResumed)
                {
                    marked.Add(store);
                }
            }

            foreach (IMarkedStore store in source.Marked)
            {
                bool isMarked = await store.ReadMarkAsync(cancellationToken) is not null;
                await store.MarkAsync(new TransferMark(TransferRole.Source, target.Description), cancellationToken);
                if (!isMarked)
                {
                    marked.Add(store);
                }
            }
        }
        catch
        {
            foreach (IMarkedStore store in marked)
            {
                await store.UnmarkAsync(CancellationToken.None);
            }

            throw;
        }
    }

    private async Task CopyAsync(CancellationToken cancellationToken)
    {
        foreach (TransferKind kind in source.Stores.SelectMany(static store => store.Kinds))
        {
            TransferSum sum = new();
            ITransferStore to = target.Find(kind);
            await foreach (TransferBatch batch in source.Find(kind).ReadAsync(kind, cancellationToken))
            {
                foreach (TransferValue[] row in batch.Rows)
                {
                    sum.Add(row);
                }

                if (batch.Rows.Count > 0)
                {
                    await to.WriteAsync(kind, batch, cancellationToken);
                }
            }

            _copied.Add(kind, sum.Total);
            Note("copied", kind.Name, sum.Total.Count);
        }

        await _copiedBlobs.CopyAsync(source.Blobs, target.Blobs, cancellationToken);
        Note("copied", "blobs", _copiedBlobs.Blobs.Count);
        Note("copied", "contents", _copiedBlobs.Contents.Count);
        foreach (ITransferStore store in target.Stores)
        {
            await store.CompleteAsync(cancellationToken);
        }
    }

    private async Task<IReadOnlyList<MigrationLine>> CompareAsync(CancellationToken cancellationToken)
    {
        Messages.Note($"reading {target.Description} again");
        List<MigrationLine> lines = [];
        foreach ((TransferKind kind, TransferTotal copied) in _copied)
        {
            TransferSum sum = new();
            await foreach (TransferBatch batch in target.Find(kind).ReadAsync(kind, cancellationToken))
            {
                foreach (TransferValue[] row in batch.Rows)
                {
                    sum.Add(row);
                }
            }

            lines.Add(new MigrationLine(kind.Name, copied, sum.Total));
        }

        BlobMigration blobs = new();
        await blobs.ReadAsync(target.Blobs, cancellationToken);
        lines.Add(new MigrationLine("blobs", _copiedBlobs.Blobs, blobs.Blobs));
        lines.Add(new MigrationLine("contents", _copiedBlobs.Contents, blobs.Contents));
        return lines;
    }

    private static void Note(string what, string name, long count) => Messages.Note(string.Create(CultureInfo.InvariantCulture, $"{what} {name}: {count:N0}"));
}
