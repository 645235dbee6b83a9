using FuncExec.Ledger.Files;
using FuncExec.LedgerContract;

namespace FuncExec.Ledger.Tests;

/// <summary>A data directory for one test of the files.</summary>
internal sealed class BlobsPlace : BlobPlace
{
    /// <summary>The data directory.</summary>
    internal string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("blobs-").FullName;

    /// <summary>Where the blobs are.</summary>
    internal string Blobs => Path.Combine(Directory, "blobs");

    public override string WorkDirectory => System.IO.Directory.CreateDirectory(Path.Combine(Directory, "work")).FullName;

    public override IBlobStore CreateStore() => new FileBlobStore(Directory);

    /// <summary>The files of the store, without its lock.</summary>
    internal string[] Files() => [.. System.IO.Directory.EnumerateFiles(Blobs, "*", SearchOption.AllDirectories)
        .Where(static path => !path.EndsWith("blobs.lock", StringComparison.Ordinal))];

    public override ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
