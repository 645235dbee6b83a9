using System.Runtime.CompilerServices;

namespace FuncExec.Ledger.Files;

/// <summary>What whoever moves the blobs has to know.</summary>
public sealed partial class FileBlobStore
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobExtent> ListBlobsAsync(string jobId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (FileInfo file in await ListAsync(Path.Combine(_paths.Job(jobId), "named"), cancellationToken).ConfigureAwait(false))
        {
            yield return new BlobExtent(file.Name.Replace('+', '/'), file.Length);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentId> ListContentsAsync(string jobId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (FileInfo file in await ListAsync(_paths.JobContents(jobId), cancellationToken).ConfigureAwait(false))
        {
            yield return new ContentId(file.Name, file.Length);
        }
    }

    /// <inheritdoc/>
    public Task<bool> TryAdoptContentAsync(string jobId, string hash, CancellationToken cancellationToken) =>
        _files.RunAsync(() => _contents.TryAdopt(jobId, hash), cancellationToken);

    private Task<List<FileInfo>> ListAsync(string directory, CancellationToken cancellationToken) => _files.RunAsync(
        () => Directory.Exists(directory) ? new DirectoryInfo(directory).EnumerateFiles().ToList() : [], cancellationToken);
}
