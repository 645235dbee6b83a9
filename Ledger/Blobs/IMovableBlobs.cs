namespace FuncExec.Ledger;

/// <summary>A blob store whose blobs can be moved to another one: what <see cref="IBlobStore"/> does not tell, since nobody else has to know.</summary>
public interface IMovableBlobs : IBlobStore
{
    /// <summary>The blobs of a job, by name.</summary>
    IAsyncEnumerable<BlobExtent> ListBlobsAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>The contents of a job.</summary>
    IAsyncEnumerable<ContentId> ListContentsAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Gives a job content that some other job has. False when this store does not know of any; it has to be put then.</summary>
    Task<bool> TryAdoptContentAsync(string jobId, string hash, CancellationToken cancellationToken);
}

/// <summary>A blob and its length.</summary>
/// <param name="Path">Its name in its job.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record BlobExtent(string Path, long Length);
