namespace FuncExec.LedgerContract;

/// <summary>Where one test's blobs are stored; empty at first, and gone after the test.</summary>
public abstract class BlobPlace : IAsyncDisposable
{
    /// <summary>A directory for files that are made of blobs, on the file system that an app would use.</summary>
    public abstract string WorkDirectory { get; }

    /// <summary>Makes the store over this place, not opened. A place outlives its stores.</summary>
    public abstract IBlobStore CreateStore();

    /// <summary>Removes all that was stored.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Makes places; one fixture for all tests of a class.</summary>
public interface IBlobFixture
{
    /// <summary>Makes an empty place.</summary>
    Task<BlobPlace> NewPlaceAsync();
}
