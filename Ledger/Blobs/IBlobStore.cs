namespace FuncExec.Ledger;

/// <summary>
/// Where bytes lie that are too large for the ledger: documents, output, workspaces, artifacts. Everything belongs to a
/// job and goes with it; equal content of several jobs is stored once where the store can.
/// </summary>
/// <remarks><see cref="LedgerUnavailableException"/> says that the store failed; every call may be repeated.</remarks>
public interface IBlobStore : IAsyncDisposable
{
    /// <summary>What this store is and where, for logs: no secrets.</summary>
    string Description { get; }

    /// <summary>Opens or creates the store. Called once, before anything else.</summary>
    /// <exception cref="LedgerStartException">It cannot be used; the message says why and what to do.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    // ---- Named blobs ----

    /// <summary>Writes a blob, whole or not at all; one of the same name is replaced. Durable when it has answered.</summary>
    Task WriteAsync(BlobName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Appends to a blob, which begins empty. Answers its length then. Nothing is appended when its length is not
    /// <paramref name="offset"/>. Readers see it at once; <see cref="FlushAsync"/> makes it durable.
    /// </summary>
    Task<AppendOutcome> AppendAsync(BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Makes what was appended durable. A blob that is not there is left alone.</summary>
    Task FlushAsync(BlobName name, CancellationToken cancellationToken);

    /// <summary>Reads from an offset into a buffer; answers how many bytes, 0 at the end or when there is no such blob.</summary>
    Task<int> ReadAsync(BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Its length, or null when it is not there.</summary>
    Task<long?> GetLengthAsync(BlobName name, CancellationToken cancellationToken);

    /// <summary>Deletes a blob. Idempotent.</summary>
    Task DeleteAsync(BlobName name, CancellationToken cancellationToken);

    /// <summary>Gives another job the same blob under the same name; neither changes any more. False when it is not there.</summary>
    Task<bool> ShareAsync(BlobName name, string toJobId, CancellationToken cancellationToken);

    // ---- Content, known by its SHA-256 ----

    /// <summary>Stores content for a job, or finds that it is there. Durable when it has answered.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="content">Read to its end; not more than <paramref name="limit"/> bytes are stored.</param>
    /// <param name="limit">The most bytes it may have.</param>
    /// <param name="cancellationToken">Ends the writing; nothing is left behind.</param>
    /// <returns>Its id and size, or null when it is larger than the limit; nothing is stored then.</returns>
    Task<ContentId?> PutContentAsync(string jobId, Stream content, long limit, CancellationToken cancellationToken);

    /// <summary>Opens content of a job for reading; it can seek. Null when it is not there.</summary>
    Task<Stream?> OpenContentAsync(string jobId, string hash, CancellationToken cancellationToken);

    /// <summary>Gives another job the same content. False when it is not there.</summary>
    Task<bool> ShareContentAsync(string fromJobId, string toJobId, string hash, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a new file of a job's content that is the caller's to change: cloned where the file system can, else
    /// copied. False when the content is not there.
    /// </summary>
    /// <exception cref="IOException">The file is there already, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The caller's token ended the copying soon; no part of the file is left.</exception>
    Task<bool> MaterializeAsync(string jobId, string hash, string path, CancellationToken cancellationToken);

    // ---- Jobs ----

    /// <summary>Deletes everything of a job. Idempotent.</summary>
    Task DeleteJobAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>The ids of all jobs that have something here.</summary>
    IAsyncEnumerable<string> ListJobsAsync(CancellationToken cancellationToken);
}

/// <summary>The name of a blob. Calls with another refuse it with an <see cref="ArgumentException"/>.</summary>
/// <param name="JobId">Its job, 1 to 128 of <c>[A-Za-z0-9._-]</c>, neither <c>.</c> nor <c>..</c>.</param>
/// <param name="Path">Its name there: such segments between slashes, 240 characters at most.</param>
public readonly record struct BlobName(string JobId, string Path);

/// <summary>Content by what it is.</summary>
/// <param name="Hash">Its SHA-256 as 64 hexadecimal digits in lower case.</param>
/// <param name="Size">Its length in bytes.</param>
public sealed record ContentId(string Hash, long Size);

/// <summary>What became of appending.</summary>
/// <param name="IsAppended">Whether the bytes are there.</param>
/// <param name="Length">The blob's length now.</param>
public readonly record struct AppendOutcome(bool IsAppended, long Length);
