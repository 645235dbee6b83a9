namespace FuncExec.Runtime.Transfer;

/// <summary>A store that nodes open, and do not while it bears a mark.</summary>
public interface IMarkedStore : ITransferStore
{
    /// <summary>Its mark, or null.</summary>
    Task<TransferMark?> ReadMarkAsync(CancellationToken cancellationToken);

    /// <summary>Marks it, in place of any mark before. When this has answered no node is at work over it, and none begins.</summary>
    /// <exception cref="Exception">A node is at work over it: as when the store cannot be opened. Nothing was marked.</exception>
    Task MarkAsync(TransferMark mark, CancellationToken cancellationToken);

    /// <summary>Takes the mark away.</summary>
    Task UnmarkAsync(CancellationToken cancellationToken);
}
