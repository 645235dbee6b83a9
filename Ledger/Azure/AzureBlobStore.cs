using System.Runtime.CompilerServices;
using Azure.Storage.Blobs;
using FuncExec.Ledger.Azure.Blobs;

namespace FuncExec.Ledger.Azure;

/// <summary>
/// A blob store in a container of an Azure Storage account, for any number of processes. Output is in append blobs;
/// content is kept once for each job that has it, and shared by a copy within the account.
/// </summary>
public sealed class AzureBlobStore : IBlobStore
{
    private const string Jobs = "jobs/";

    /// <summary>Requests at once when a job is deleted.</summary>
    private const int Deletions = 16;

    private readonly BlobContainer _container;
    private readonly AppendedBlobs _appended;
    private readonly string _description;

    /// <summary>Makes the store of an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="container">The container's name, which is made if need be: 3 to 63 lower-case letters, digits and single hyphens.</param>
    public AzureBlobStore(AzureStorageAccount account, string container)
        : this((account ?? throw new ArgumentNullException(nameof(account))).OpenBlobs(), container, null)
    {
    }

    internal AzureBlobStore(BlobServiceClient service, string container, int? maxBlocks)
    {
        ArgumentException.ThrowIfNullOrEmpty(container);
        _container = new BlobContainer(service.GetBlobContainerClient(container));
        _appended = maxBlocks is { } most ? new AppendedBlobs(_container, most) : new AppendedBlobs(_container);
        _description = $"Azure Storage, {_container.Address.GetLeftPart(UriPartial.Path)}";
    }

    /// <inheritdoc/>
    public string Description => _description;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _container.CreateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception)
        {
            throw new LedgerStartException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(BlobName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        string blob = Named(name);
        while (!await _container.PutAsync(blob, content, null, cancellationToken).ConfigureAwait(false))
        {
            await _appended.DeleteAsync(blob, cancellationToken).ConfigureAwait(false); // One that grew is of another kind.
        }
    }

    /// <inheritdoc/>
    public Task<AppendOutcome> AppendAsync(BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return _appended.AppendAsync(Named(name), offset, bytes, cancellationToken);
    }

    /// <inheritdoc/>
    public Task FlushAsync(BlobName name, CancellationToken cancellationToken)
    {
        BlobNames.Check(name);
        return Task.CompletedTask; // What was answered is durable.
    }

    /// <inheritdoc/>
    public Task<int> ReadAsync(BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        _appended.ReadAsync(Named(name), offset, buffer, cancellationToken);

    /// <inheritdoc/>
    public Task<long?> GetLengthAsync(BlobName name, CancellationToken cancellationToken) =>
        _appended.GetLengthAsync(Named(name), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(BlobName name, CancellationToken cancellationToken) => _appended.DeleteAsync(Named(name), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ShareAsync(BlobName name, string toJobId, CancellationToken cancellationToken) =>
        _appended.CopyAsync(Named(name), Named(name with { JobId = toJobId }), cancellationToken);

    /// <inheritdoc/>
    public async Task<ContentId?> PutContentAsync(string jobId, Stream content, long limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        BlobNames.CheckJob(jobId);
        ContentUpload? upload = await ContentUpload.ReadAsync(content, limit, cancellationToken).ConfigureAwait(false);
        if (upload is null)
        {
            return null;
        }

        await using (upload.ConfigureAwait(false))
        {
            string blob = Content(jobId, upload.Hash);
            if (await _container.FindAsync(blob, cancellationToken).ConfigureAwait(false) is null)
            {
                await upload.SendAsync(_container, blob, cancellationToken).ConfigureAwait(false);
            }

            return new ContentId(upload.Hash, upload.Size);
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenContentAsync(string jobId, string hash, CancellationToken cancellationToken) =>
        _container.OpenAsync(Content(jobId, hash), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ShareContentAsync(string fromJobId, string toJobId, string hash, CancellationToken cancellationToken) =>
        _container.CopyAsync(Content(fromJobId, hash), Content(toJobId, hash), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> MaterializeAsync(string jobId, string hash, string path, CancellationToken cancellationToken)
    {
        Stream? content = await OpenContentAsync(jobId, hash, cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            return false;
        }

        await using (content.ConfigureAwait(false))
        {
            FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            try
            {
                await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await file.DisposeAsync().ConfigureAwait(false);
                File.Delete(path);
                throw;
            }

            await file.DisposeAsync().ConfigureAwait(false);
            return true;
        }
    }

    /// <inheritdoc/>
    public Task DeleteJobAsync(string jobId, CancellationToken cancellationToken)
    {
        BlobNames.CheckJob(jobId);
        return Parallel.ForEachAsync(
            _container.ListAsync($"{Jobs}{jobId}/", cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = Deletions, CancellationToken = cancellationToken },
            async (blob, token) => await _container.DeleteAsync(blob, token).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListJobsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (string folder in _container.ListFoldersAsync(Jobs, cancellationToken).ConfigureAwait(false))
        {
            yield return folder[Jobs.Length..^1];
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Named(BlobName name)
    {
        BlobNames.Check(name);
        return $"{Jobs}{name.JobId}/named/{name.Path}";
    }

    private static string Content(string jobId, string hash)
    {
        BlobNames.CheckJob(jobId);
        return $"{Jobs}{jobId}/content/{BlobNames.CheckHash(hash)}";
    }
}
