namespace FuncExec.Runtime.Transfer;

/// <summary>
/// What a store keeps, for whoever moves it to another one. Not for a store in use: between opening it and disposing of it nobody else
/// changes it. A store that fails throws what its other calls throw.
/// </summary>
public interface ITransferStore : IAsyncDisposable
{
    /// <summary>What it is and where, for people: no secrets.</summary>
    string Description { get; }

    /// <summary>What it keeps.</summary>
    IReadOnlyList<TransferKind> Kinds { get; }

    /// <summary>Whether it keeps nothing that anybody would miss.</summary>
    Task<bool> IsEmptyAsync(CancellationToken cancellationToken);

    /// <summary>Deletes all that it keeps.</summary>
    Task ClearAsync(CancellationToken cancellationToken);

    /// <summary>All rows of a kind, in no order that counts, a bounded number at a time.</summary>
    IAsyncEnumerable<TransferBatch> ReadAsync(TransferKind kind, CancellationToken cancellationToken);

    /// <summary>Adds rows of a kind; whole or not at all.</summary>
    Task WriteAsync(TransferKind kind, TransferBatch batch, CancellationToken cancellationToken);

    /// <summary>Called after the last row: it is durable, and what is made from now on gets numbers of its own.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}
