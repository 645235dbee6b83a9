using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Takes the archives that come with jobs. Nothing of one is kept before the whole of it has been checked.</summary>
public sealed class WorkspaceStore(string dataDirectory, IBlobStore blobs, FileLimits limits, DiskSpace disk) : IDisposable
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Checking takes a processor each; more at once would only take turns.</summary>
    private readonly SemaphoreSlim _checks = new(2, 2);

    private readonly string _staging = PrivateDirectory.Create(Path.Combine(dataDirectory, "staging"));

    /// <summary>Reads an archive to its end, checks it and stores it for a job.</summary>
    /// <exception cref="IOException">The archive cannot be read (its sender is gone, say) or the disk written.</exception>
    /// <exception cref="LedgerUnavailableException">The blob store failed; the call may be repeated with the archive.</exception>
    public async Task<ReceiveOutcome> ReceiveAsync(string jobId, Stream archive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(archive);
        if (disk.FindLack() is { } lack)
        {
            return new ReceiveOutcome.NoRoom(lack);
        }

        await using FileStream staged = OpenStaging();
        if (await StageAsync(archive, staged, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        IReadOnlyList<ArchiveMistake> mistakes = await CheckAsync(staged, cancellationToken);
        if (mistakes.Count > 0)
        {
            return new ReceiveOutcome.Refused(mistakes);
        }

        staged.Position = 0;
        ContentId? content = await blobs.PutContentAsync(jobId, staged, limits.WorkspaceLimit, cancellationToken);
        return content is null ? new ReceiveOutcome.TooLarge(limits.WorkspaceLimit) : new ReceiveOutcome.Accepted(content.Hash, content.Size);
    }

    /// <inheritdoc/>
    public void Dispose() => _checks.Dispose();

    private async Task<ReceiveOutcome?> StageAsync(Stream archive, FileStream staged, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferSize];
        long nextLook = 0;
        int count;
        while ((count = await archive.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (staged.Position + count > limits.WorkspaceLimit)
            {
                return new ReceiveOutcome.TooLarge(limits.WorkspaceLimit);
            }

            if (staged.Position >= nextLook)
            {
                nextLook = staged.Position + (16 * ByteSize.Mebi);
                if (disk.FindLack(count) is { } lack)
                {
                    return new ReceiveOutcome.NoRoom(lack);
                }
            }

            await staged.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        return null;
    }

    private async Task<IReadOnlyList<ArchiveMistake>> CheckAsync(FileStream staged, CancellationToken cancellationToken)
    {
        await _checks.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Archive.Run(staged, limits, sink: null, cancellationToken), cancellationToken);
        }
        finally
        {
            _checks.Release();
        }
    }

    /// <summary>A file that is gone when it is closed, or the process: where that can be had it has no name from the start.</summary>
    private FileStream OpenStaging()
    {
        string path = Path.Combine(_staging, Guid.NewGuid().ToString("N"));
        FileStream staged = new(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
            Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
        });
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return staged;
    }
}
