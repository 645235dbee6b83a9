using FuncExec.Ledger;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Cli.Migration;

/// <summary>All that a service keeps in one place, open for nobody else.</summary>
internal sealed class MigrationPlace : IAsyncDisposable
{
    /// <summary>What it is, for people.</summary>
    public required string Description { get; init; }

    /// <summary>How the command line names it.</summary>
    public required string Word { get; init; }

    /// <summary>Where its rows are. The last that has a mark is the first that a node opens.</summary>
    public required IReadOnlyList<ITransferStore> Stores { get; init; }

    /// <summary>Where its blobs are.</summary>
    public required IMovableBlobs Blobs { get; init; }

    /// <summary>Those that nodes are kept out of.</summary>
    public IEnumerable<IMarkedStore> Marked => Stores.OfType<IMarkedStore>();

    /// <summary>The store that keeps rows of a kind.</summary>
    public ITransferStore Find(TransferKind kind) => Stores.First(store => store.Kinds.Contains(kind));

    /// <summary>Whether nobody would miss anything of it.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        foreach (ITransferStore store in Stores)
        {
            if (!await store.IsEmptyAsync(cancellationToken))
            {
                return false;
            }
        }

        await foreach (string _ in Blobs.ListJobsAsync(cancellationToken))
        {
            return false;
        }

        return true;
    }

    /// <summary>Deletes all of it.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        foreach (ITransferStore store in Stores)
        {
            await store.ClearAsync(cancellationToken);
        }

        await foreach (string job in Blobs.ListJobsAsync(cancellationToken))
        {
            await Blobs.DeleteJobAsync(job, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Blobs.DisposeAsync();
        foreach (ITransferStore store in Stores.Reverse())
        {
            await store.DisposeAsync();
        }
    }
}
