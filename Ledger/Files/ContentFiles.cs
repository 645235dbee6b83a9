using System.Security.Cryptography;

namespace FuncExec.Ledger.Files;

/// <summary>
/// Content known by its hash. Each job has a file of its own for it; where the file system has hard links, they are
/// names of one file, which has one more name among the <see cref="BlobPaths.Contents"/>. The number of names is the
/// count of references: the last job to go takes the common name with it.
/// </summary>
internal sealed class ContentFiles(BlobPaths paths, StoreFiles files)
{
    private const int ChunkSize = 128 * 1024;

    // Names of equal content are given and taken one at a time; only this process uses the store.
    private readonly Lock[] _gates = [.. Enumerable.Range(0, 64).Select(static _ => new Lock())];

    internal async Task<ContentId?> PutAsync(string jobId, Stream content, long limit, CancellationToken cancellationToken)
    {
        string temporary = paths.NewTemporary();
        _ = paths.Job(jobId);
        try
        {
            if (await ReceiveAsync(temporary, content, limit, cancellationToken).ConfigureAwait(false) is not { } id)
            {
                return null;
            }

            await files.RunAsync(() => Keep(jobId, id.Hash, temporary), cancellationToken).ConfigureAwait(false);
            return id;
        }
        finally
        {
            files.Guard(() =>
            {
                StoreFiles.Delete(temporary);
                return true;
            });
        }
    }

    internal bool Share(string fromJobId, string toJobId, string hash)
    {
        string from = paths.JobContent(fromJobId, hash);
        string to = paths.JobContent(toJobId, hash);
        if (from == to)
        {
            return File.Exists(from);
        }

        lock (Gate(hash))
        {
            files.CreateDirectory(Path.GetDirectoryName(to)!);
            switch (UnixFiles.Link(from, to))
            {
                case LinkOutcome.NotFound:
                    return false;
                case LinkOutcome.Unsupported when !File.Exists(from):
                    return false;
                case LinkOutcome.Unsupported when !File.Exists(to):
                    CopyWhole(from, to);
                    break;
            }
        }

        files.SyncNames(to);
        return true;
    }

    /// <summary>Gives a job content that another one has, by the common name. False where there is none.</summary>
    internal bool TryAdopt(string jobId, string hash)
    {
        string own = paths.JobContent(jobId, hash);
        lock (Gate(hash))
        {
            files.CreateDirectory(Path.GetDirectoryName(own)!);
            if (UnixFiles.Link(paths.Master(hash), own) is LinkOutcome.NotFound or LinkOutcome.Unsupported)
            {
                return false;
            }
        }

        files.SyncNames(own);
        return true;
    }

    /// <summary>Takes a job's names of all its contents away, and the common name where it was the last job.</summary>
    internal void DeleteOf(string jobId)
    {
        string directory = paths.JobContents(jobId);
        if (!Directory.Exists(directory))
        {
            return;
        }

        foreach (string path in Directory.EnumerateFiles(directory))
        {
            string hash = Path.GetFileName(path);
            lock (Gate(hash))
            {
                // The common name first: stopped between, the job still has what is to be deleted.
                if (UnixFiles.CanLink && UnixFiles.Stat(path) is (2, long inode)
                    && UnixFiles.Stat(paths.Master(hash)) is (_, long common) && common == inode)
                {
                    StoreFiles.Delete(paths.Master(hash));
                }

                StoreFiles.Delete(path);
            }
        }
    }

    private async Task<ContentId?> ReceiveAsync(string path, Stream content, long limit, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream file = files.Guard(() => StoreFiles.Open(path, FileMode.CreateNew));
        byte[] chunk = GC.AllocateUninitializedArray<byte>(ChunkSize);
        long size = 0;
        int read;

        // What the caller's stream throws is the caller's; only the disk's failures are the store's.
        while ((read = await content.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (size + read > limit)
            {
                return null;
            }

            hash.AppendData(chunk, 0, read);
            try
            {
                await RandomAccess.WriteAsync(file.SafeFileHandle, chunk.AsMemory(0, read), size, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw files.Failure(e);
            }

            size += read;
        }

        await files.RunAsync(
            () =>
            {
                file.Flush(flushToDisk: true);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return new ContentId(Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    // From the temporary file to the job's, by the common name where there is one.
    private bool Keep(string jobId, string hash, string temporary)
    {
        string own = paths.JobContent(jobId, hash);
        string master = paths.Master(hash);
        lock (Gate(hash))
        {
            files.CreateDirectory(Path.GetDirectoryName(own)!);
            if (!File.Exists(own) && UnixFiles.Link(master, own) is LinkOutcome.NotFound or LinkOutcome.Unsupported)
            {
                files.CreateDirectory(Path.GetDirectoryName(master)!);
                if (UnixFiles.Link(temporary, own) is LinkOutcome.Unsupported)
                {
                    File.Move(temporary, own, overwrite: true);
                }
                else
                {
                    UnixFiles.Link(temporary, master);
                }
            }
        }

        files.SyncNames(own);
        return true;
    }

    private void CopyWhole(string from, string to)
    {
        string temporary = paths.NewTemporary();
        try
        {
            File.Copy(from, temporary);
            using (FileStream file = StoreFiles.Open(temporary, FileMode.Open))
            {
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, to, overwrite: true);
        }
        finally
        {
            StoreFiles.Delete(temporary);
        }
    }

    private Lock Gate(string hash) => _gates[string.GetHashCode(hash, StringComparison.Ordinal) & 63];
}
