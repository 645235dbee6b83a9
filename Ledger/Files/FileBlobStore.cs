using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace FuncExec.Ledger.Files;

/// <summary>A blob store of plain files, under <c>blobs</c> in the data directory, for one process.</summary>
public sealed partial class FileBlobStore : IMovableBlobs
{
    private readonly BlobPaths _paths;
    private readonly StoreFiles _files;
    private readonly OpenBlobs _open;
    private readonly ContentFiles _contents;
    private FileStream? _lock;

    /// <summary>Makes the store of a data directory, which must be there when it is opened.</summary>
    public FileBlobStore(string dataDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataDirectory);
        _paths = new BlobPaths(Path.Combine(Path.GetFullPath(dataDirectory), "blobs"));
        _files = new StoreFiles(_paths);
        _open = new OpenBlobs(_paths, _files);
        _contents = new ContentFiles(_paths, _files);
    }

    /// <inheritdoc/>
    public string Description => $"Files, {_paths.Root}";

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_lock is not null)
        {
            throw new InvalidOperationException("The blob store is open already.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(_paths.Root)))
        {
            throw new LedgerStartException(
                $"The data directory '{Path.GetDirectoryName(_paths.Root)}' does not exist. Create it, or set another one.");
        }

        try
        {
            await Task.Run(OpenFiles, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LedgerStartException(_files.Text(e), e);
        }
    }

    /// <inheritdoc/>
    public Task WriteAsync(BlobName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        _files.RunAsync(
            () => _open.Use(name, blob =>
            {
                blob.Close();
                Replace(blob.Path, content.Span);
                return true;
            }),
            cancellationToken);

    /// <inheritdoc/>
    public Task<AppendOutcome> AppendAsync(
        BlobName name, long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();

        // Into the system's cache, so on the caller's thread: a hop to another costs more than the write.
        return Task.FromResult(_files.Guard(() => _open.Use(name, blob => blob.Append(offset, bytes.Span))));
    }

    /// <inheritdoc/>
    public Task FlushAsync(BlobName name, CancellationToken cancellationToken) =>
        _files.RunAsync(
            () => _open.Use(name, blob =>
            {
                if (blob.Flush())
                {
                    _files.SyncNames(blob.Path);
                }

                return true;
            }),
            cancellationToken);

    /// <inheritdoc/>
    public Task<int> ReadAsync(BlobName name, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        string path = _paths.Blob(name);
        return Task.FromResult(_files.Guard(() =>
        {
            using SafeFileHandle? file = OpenToRead(path);
            return file is null ? 0 : RandomAccess.Read(file, buffer.Span, offset);
        }));
    }

    /// <inheritdoc/>
    public Task<long?> GetLengthAsync(BlobName name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = new FileInfo(_paths.Blob(name));
        return Task.FromResult(_files.Guard<long?>(() => file.Exists ? file.Length : null));
    }

    /// <inheritdoc/>
    public Task DeleteAsync(BlobName name, CancellationToken cancellationToken) =>
        _files.RunAsync(
            () => _open.Use(name, blob =>
            {
                blob.Close();
                StoreFiles.Delete(blob.Path);
                return true;
            }),
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ShareAsync(BlobName name, string toJobId, CancellationToken cancellationToken) =>
        _files.RunAsync(() => Share(_paths.Blob(name), _paths.Blob(name with { JobId = toJobId }), cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<ContentId?> PutContentAsync(string jobId, Stream content, long limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return _contents.PutAsync(jobId, content, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenContentAsync(string jobId, string hash, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string path = _paths.JobContent(jobId, hash);
        return Task.FromResult(_files.Guard<Stream?>(() =>
            OpenToRead(path) is { } file ? new FileStream(file, FileAccess.Read) : null));
    }

    /// <inheritdoc/>
    public Task<bool> ShareContentAsync(string fromJobId, string toJobId, string hash, CancellationToken cancellationToken) =>
        _files.RunAsync(() => _contents.Share(fromJobId, toJobId, hash), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> MaterializeAsync(string jobId, string hash, string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string content = _paths.JobContent(jobId, hash);
        return Task.Run(() => ContentCopy.Make(content, path, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteJobAsync(string jobId, CancellationToken cancellationToken)
    {
        string directory = _paths.Job(jobId);
        return _files.RunAsync(
            () =>
            {
                _open.CloseJob(jobId);
                _contents.DeleteOf(jobId);
                if (Directory.Exists(directory))
                {
                    Directory.Delete(directory, recursive: true);
                }

                // Whoever appended meanwhile has a file without a name.
                _open.CloseJob(jobId);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListJobsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<string> shards = await _files.RunAsync(
            () => Directory.EnumerateDirectories(_paths.Jobs).ToList(), cancellationToken).ConfigureAwait(false);
        foreach (string shard in shards)
        {
            List<string> jobs = await _files.RunAsync(
                () => Directory.EnumerateDirectories(shard).Select(static path => Path.GetFileName(path)).ToList(),
                cancellationToken).ConfigureAwait(false);
            foreach (string job in jobs)
            {
                yield return job;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _open.Dispose();
        _lock?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void OpenFiles()
    {
        _files.CreateDirectory(_paths.Root);
        try
        {
            _lock = new FileStream(_paths.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(_paths.LockFile))
        {
            throw new LedgerStartException(
                $"The blob store '{_paths.Root}' is in use by another process. Stop that process, or give this one a data "
                + "directory of its own.", e);
        }

        _files.CreateDirectory(_paths.Jobs);
        _files.CreateDirectory(_paths.Contents);
        _files.CreateDirectory(_paths.Temporary);

        UnixFiles.SyncDirectory(Path.GetDirectoryName(_paths.Root)!);

        // What an earlier process was writing when it ended belongs to nobody.
        foreach (string leftover in Directory.EnumerateFiles(_paths.Temporary))
        {
            StoreFiles.Delete(leftover);
        }
    }

    private void Replace(string path, ReadOnlySpan<byte> content)
    {
        string temporary = _paths.NewTemporary();
        try
        {
            using (FileStream file = StoreFiles.Open(temporary, FileMode.CreateNew))
            {
                RandomAccess.Write(file.SafeFileHandle, content, 0);
                file.Flush(flushToDisk: true);
            }

            _files.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            StoreFiles.Delete(temporary);
        }

        _files.SyncNames(path);
    }

    private static SafeFileHandle? OpenToRead(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.None);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A second name of the same file: neither changes any more.</summary>
    private bool Share(string from, string to, CancellationToken cancellationToken)
    {
        _files.CreateDirectory(Path.GetDirectoryName(to)!);
        switch (UnixFiles.Link(from, to))
        {
            case LinkOutcome.NotFound:
                return false;
            case LinkOutcome.Unsupported:
                return File.Exists(to) || ContentCopy.Make(from, to, cancellationToken);
            default:
                _files.SyncNames(to);
                return true;
        }
    }
}
