using FuncExec.Ledger;
using FuncExec.Ledger.Files;
using FuncExec.WorkerFunctions.Files;
using FuncExec.WorkerFunctions.Files.Attempts;
using FuncExec.WorkerFunctions.Files.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.WorkerFunctions.Tests.Files;

/// <summary>A data directory with all that files need, of the real kind.</summary>
internal sealed class DataRoot : IAsyncDisposable
{
    private readonly bool _isOwned;

    private DataRoot(string path, FileLimits limits, Func<IBlobStore, IBlobStore>? wrap, bool isOwned)
    {
        Path = path;
        Limits = limits;
        _isOwned = isOwned;
        Blobs = new FileBlobStore(path);
        Blobs = wrap is null ? Blobs : wrap(Blobs);
        Disk = new DiskSpace(path, limits.MinFreeDisk);
        Trash = Trash.Open(path, NullLogger<Trash>.Instance);
        Attempts = AttemptDirectories.Open(path, Guid.NewGuid().ToString("N"), Disk, Trash, NullLogger<AttemptDirectories>.Instance);
    }

    public string Path { get; }

    public FileLimits Limits { get; }

    public IBlobStore Blobs { get; }

    public DiskSpace Disk { get; }

    public Trash Trash { get; }

    public AttemptDirectories Attempts { get; }

    public WorkspaceStore Workspaces => field ??= new WorkspaceStore(Path, Blobs, Limits, Disk);

    public WorkspaceCache Cache => field ??= WorkspaceCache.Open(Path, Attempts.Root, Blobs, Limits, Disk, Trash, NullLogger<WorkspaceCache>.Instance);

    public static Task<DataRoot> OpenAsync(FileLimits? limits = null, Func<IBlobStore, IBlobStore>? wrap = null) =>
        OpenAsync(Directory.CreateTempSubdirectory("funcexec-files-").FullName, limits, wrap, isOwned: true);

    /// <summary>Opens a data directory that another one has had; the other deletes it.</summary>
    public static Task<DataRoot> ReopenAsync(string path, FileLimits? limits = null, Func<IBlobStore, IBlobStore>? wrap = null) =>
        OpenAsync(path, limits, wrap, isOwned: false);

    public AttemptDirectory NewDirectory() => Assert.IsType<MakeDirectoryOutcome.Made>(Attempts.Create()).Directory;

    /// <summary>Everything beneath the data directory, but for locks.</summary>
    public string[] Listing() =>
        [.. Directory.EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories).Where(static path => !path.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        Attempts.Dispose();
        await Trash.DisposeAsync();
        await Blobs.DisposeAsync();
        if (_isOwned)
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static async Task<DataRoot> OpenAsync(string path, FileLimits? limits, Func<IBlobStore, IBlobStore>? wrap, bool isOwned)
    {
        DataRoot root = new(path, limits ?? new FileLimits { MinFreeDisk = 0 }, wrap, isOwned);
        await root.Blobs.OpenAsync(CancellationToken.None);
        return root;
    }
}
