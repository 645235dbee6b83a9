using System.Globalization;
using FuncExec.Ledger;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>
/// Unpacked workspaces of this node, by the hash of their archives: <c>workspaces/{hash}/tree</c> in the data directory. Each
/// is unpacked once, by whoever needs it first, and laid out from there for every attempt. What nobody uses goes when it
/// is too much, least recently used first, and comes back from the blob store.
/// </summary>
public sealed partial class WorkspaceCache : IDisposable
{
    private const int MostAtOnce = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _work = new(MostAtOnce, MostAtOnce);
    private readonly FileCloner _files = new();
    private readonly string _root;
    private readonly string _scratch;
    private readonly IBlobStore _blobs;
    private readonly FileLimits _limits;
    private readonly DiskSpace _disk;
    private readonly Trash _trash;
    private readonly ILogger _logger;
    private long _uses;
    private bool _isDisposed;

    private WorkspaceCache(string root, string scratch, IBlobStore blobs, FileLimits limits, DiskSpace disk, Trash trash, ILogger logger)
    {
        _root = root;
        _scratch = scratch;
        _blobs = blobs;
        _limits = limits;
        _disk = disk;
        _trash = trash;
        _logger = logger;
    }

    /// <summary>How many bytes the unpacked workspaces have.</summary>
    public long Size
    {
        get
        {
            lock (_gate)
            {
                return _entries.Values.Sum(static entry => entry.Size);
            }
        }
    }

    /// <summary>Opens the cache and takes over what an earlier life has unpacked whole.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="scratch">A directory beneath it that goes with this life: what is half unpacked lies there.</param>
    /// <param name="blobs">Where the archives are.</param>
    /// <param name="limits">The bounds of archives and of the cache.</param>
    /// <param name="disk">Asked before anything is written.</param>
    /// <param name="trash">Takes what is not needed.</param>
    /// <param name="logger">Told what is unpacked and removed.</param>
    public static WorkspaceCache Open(
        string dataDirectory, string scratch, IBlobStore blobs, FileLimits limits, DiskSpace disk, Trash trash, ILogger<WorkspaceCache> logger)
    {
        string root = PrivateDirectory.Create(Path.Combine(dataDirectory, "workspaces"));
        WorkspaceCache cache = new(root, scratch, blobs, limits, disk, trash, logger);
        bool isSameBoot = BootMark.Renew(root);
        foreach (string directory in Directory.GetDirectories(root))
        {
            if (isSameBoot && ReadSize(directory) is { } size)
            {
                cache._entries.Add(Path.GetFileName(directory), new Entry { Size = size });
            }
            else
            {
                trash.Discard(directory);
            }
        }

        cache.Shrink();
        return cache;
    }

    /// <summary>Lays the workspace of a job out in an empty directory.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="hash">The hash of its archive.</param>
    /// <param name="directory">Where; it exists.</param>
    /// <param name="cancellationToken">Ends the waiting and the laying out.</param>
    /// <exception cref="LedgerUnavailableException">The blob store failed.</exception>
    public async Task<LayOutOutcome> LayOutAsync(string jobId, string hash, string directory, CancellationToken cancellationToken)
    {
        try
        {
            bool isDone = await TryLayOutAsync(jobId, hash, directory, cancellationToken);
            if (!isDone)
            {
                // Somebody took the unpacked tree away; what was laid out of it is no more than a part.
                foreach (string part in Directory.GetDirectories(directory))
                {
                    _trash.Discard(part);
                }

                foreach (string part in Directory.GetFiles(directory))
                {
                    File.Delete(part);
                }

                isDone = await TryLayOutAsync(jobId, hash, directory, cancellationToken);
            }

            return isDone ? LayOutOutcome.Done.Instance : new LayOutOutcome.Failed("The workspace was taken out of the cache while it was laid out.");
        }
        catch (WorkspaceLostException exception)
        {
            return new LayOutOutcome.Failed(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new LayOutOutcome.Failed($"The workspace could not be laid out: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (Entry entry in _entries.Values)
            {
                entry.Unwanted.Cancel();
            }
        }
    }

    private async Task<bool> TryLayOutAsync(string jobId, string hash, string directory, CancellationToken cancellationToken)
    {
        Entry entry = Enter(jobId, hash);
        try
        {
            CachedTree tree = await entry.Tree!.WaitAsync(cancellationToken);
            await _work.WaitAsync(cancellationToken);
            try
            {
                if (_disk.FindLack(tree.Size) is { } lack)
                {
                    throw new WorkspaceLostException(lack);
                }

                await Task.Run(() => CloneOrThrow(tree, directory, cancellationToken), cancellationToken);
                return true;
            }
            finally
            {
                _work.Release();
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException && Directory.Exists(directory))
        {
            Forget(hash, entry);
            return false;
        }
        finally
        {
            Leave(hash, entry);
        }
    }

    private void CloneOrThrow(CachedTree tree, string directory, CancellationToken cancellationToken)
    {
        try
        {
            TreeCloner.Clone(tree, directory, _files, cancellationToken);
        }
        catch (AggregateException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    private Entry Enter(string jobId, string hash)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_entries.TryGetValue(hash, out Entry? entry))
            {
                _entries.Add(hash, entry = new Entry());
            }

            entry.Users++;
            entry.LastUse = ++_uses;
            if (entry.Tree is null || entry.Tree.IsFaulted || entry.Tree.IsCanceled || entry.Unwanted.IsCancellationRequested)
            {
                Task before = entry.Tree ?? Task.CompletedTask;
                entry.Unwanted = new CancellationTokenSource();
                CancellationToken unwanted = entry.Unwanted.Token;
                entry.Tree = Task.Run(() => PrepareAsync(jobId, hash, entry, before, unwanted), CancellationToken.None);
            }

            return entry;
        }
    }

    private void Leave(string hash, Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
            if (entry.Users == 0 && entry.Tree is { IsCompleted: false })
            {
                // Whoever waited for it has been told to end: nobody needs what is half unpacked.
                entry.Unwanted.Cancel();
            }
            else if (entry.Users == 0 && entry.Tree is not { IsCompletedSuccessfully: true })
            {
                RemoveEntry(hash, entry);
            }
        }

        Shrink();
    }

    private void Forget(string hash, Entry entry)
    {
        lock (_gate)
        {
            // Others that lay it out just now find it gone too, and unpack it with us.
            if (RemoveEntry(hash, entry))
            {
                _trash.Discard(Path.Combine(_root, hash));
            }
        }
    }

    private bool RemoveEntry(string hash, Entry entry) => _entries.TryGetValue(hash, out Entry? present) && present == entry && _entries.Remove(hash);

    private async Task<CachedTree> PrepareAsync(string jobId, string hash, Entry entry, Task before, CancellationToken unwanted)
    {
        try
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _work.WaitAsync(unwanted);
            try
            {
                string home = Path.Combine(_root, hash);
                if (ReadSize(home) is null)
                {
                    await UnpackAsync(jobId, hash, home, unwanted);
                }

                CachedTree tree = CachedTree.Read(Path.Combine(home, "tree"));
                lock (_gate)
                {
                    entry.Size = tree.Size;
                }

                return tree;
            }
            finally
            {
                _work.Release();
            }
        }
        finally
        {
            lock (_gate)
            {
                if (unwanted.IsCancellationRequested && entry is { Users: 0, Size: 0 })
                {
                    RemoveEntry(hash, entry);
                }
            }
        }
    }

    private async Task UnpackAsync(string jobId, string hash, string home, CancellationToken unwanted)
    {
        await using Stream archive = await _blobs.OpenContentAsync(jobId, hash, unwanted)
            ?? throw new WorkspaceLostException("The workspace is not in the blob store any more.");
        if (_disk.FindLack(archive.Length) is { } lack)
        {
            throw new WorkspaceLostException(lack);
        }

        string scratch = PrivateDirectory.Create(Path.Combine(_scratch, $"workspace-{Guid.NewGuid():N}"));
        try
        {
            TreeExtractor extractor = new(PrivateDirectory.Create(Path.Combine(scratch, "tree")));
            IReadOnlyList<ArchiveMistake> mistakes = Archive.Run(archive, _limits, extractor, unwanted);
            if (mistakes.Count > 0)
            {
                throw new WorkspaceLostException($"The workspace cannot be unpacked: {mistakes[0].Entry}: {mistakes[0].Message}");
            }

            await File.WriteAllTextAsync(SizeFile(scratch), extractor.Size.ToString(CultureInfo.InvariantCulture), unwanted);
            _trash.Discard(home);
            Directory.Move(scratch, home);
            Unpacked(_logger, hash, extractor.Size);
        }
        finally
        {
            _trash.Discard(scratch);
        }
    }

    /// <summary>Takes what is too much and not in use out of the way.</summary>
    private void Shrink()
    {
        lock (_gate)
        {
            long size = _entries.Values.Sum(static entry => entry.Size);
            foreach ((string hash, Entry entry) in _entries.Where(static pair => pair.Value is { Users: 0, Tree: null or { IsCompleted: true } }).OrderBy(static pair => pair.Value.LastUse).ToList())
            {
                if (size <= _limits.WorkspaceCacheLimit)
                {
                    return;
                }

                size -= entry.Size;
                _entries.Remove(hash);
                _trash.Discard(Path.Combine(_root, hash));
                Removed(_logger, hash, entry.Size);
            }
        }
    }

    private static string SizeFile(string home) => Path.Combine(home, "size");

    /// <summary>The size of a tree that was unpacked whole, else null.</summary>
    private static long? ReadSize(string home) =>
        File.Exists(SizeFile(home)) && long.TryParse(File.ReadAllText(SizeFile(home)), NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : null;

    [LoggerMessage(4120, LogLevel.Debug, "The workspace {Hash} was unpacked: {Size} bytes.")]
    private static partial void Unpacked(ILogger logger, string hash, long size);

    [LoggerMessage(4121, LogLevel.Debug, "The unpacked workspace {Hash} of {Size} bytes was removed to make room.")]
    private static partial void Removed(ILogger logger, string hash, long size);

    /// <summary>A workspace on this node.</summary>
    private sealed class Entry
    {
        public Task<CachedTree>? Tree { get; set; }

        /// <summary>Ends the unpacking when nobody waits for it any more.</summary>
        public CancellationTokenSource Unwanted { get; set; } = new();

        public int Users { get; set; }

        public long LastUse { get; set; }

        public long Size { get; set; }
    }
}
