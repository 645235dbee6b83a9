using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Tests.Files;

/// <summary>A real store with something wrong in between.</summary>
internal class BlobStoreWrapper(IBlobStore inner) : IBlobStore
{
    public string Description => inner.Description;

    public Task OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public Task WriteAsync(BlobName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.WriteAsync(name, content, cancellationToken);

    public virtual Task<AppendOutcome> AppendAsync(BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        inner.AppendAsync(name, offset, bytes, cancellationToken);

    public virtual Task FlushAsync(BlobName name, CancellationToken cancellationToken) => inner.FlushAsync(name, cancellationToken);

    public Task<int> ReadAsync(BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellationToken) => inner.ReadAsync(name, offset, buffer, cancellationToken);

    public Task<long?> GetLengthAsync(BlobName name, CancellationToken cancellationToken) => inner.GetLengthAsync(name, cancellationToken);

    public Task DeleteAsync(BlobName name, CancellationToken cancellationToken) => inner.DeleteAsync(name, cancellationToken);

    public virtual Task<ContentId?> PutContentAsync(string jobId, Stream content, long limit, CancellationToken cancellationToken) =>
        inner.PutContentAsync(jobId, content, limit, cancellationToken);

    public virtual Task<Stream?> OpenContentAsync(string jobId, string hash, CancellationToken cancellationToken) => inner.OpenContentAsync(jobId, hash, cancellationToken);

    public Task<bool> ShareContentAsync(string fromJobId, string toJobId, string hash, CancellationToken cancellationToken) =>
        inner.ShareContentAsync(fromJobId, toJobId, hash, cancellationToken);

    public virtual Task<bool> MaterializeAsync(string jobId, string hash, string path, CancellationToken cancellationToken) =>
        inner.MaterializeAsync(jobId, hash, path, cancellationToken);

    public Task DeleteJobAsync(string jobId, CancellationToken cancellationToken) => inner.DeleteJobAsync(jobId, cancellationToken);

    public IAsyncEnumerable<string> ListJobsAsync(CancellationToken cancellationToken) => inner.ListJobsAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public Task<bool> ShareAsync(BlobName name, string toJobId, CancellationToken cancellationToken) =>
        inner.ShareAsync(name, toJobId, cancellationToken);
}
