namespace FuncExec.WorkerFunctions.Files;

/// <summary>Watches what is left of the data directory's file system.</summary>
/// <param name="dataDirectory">The data directory; it exists.</param>
/// <param name="minimum">With fewer free bytes nothing new is taken or started.</param>
public sealed class DiskSpace(string dataDirectory, long minimum)
{
    /// <summary>The least that has to be free, in bytes.</summary>
    public long Minimum => minimum;

    /// <summary>What is free for this process now, in bytes.</summary>
    /// <exception cref="IOException">The file system cannot be asked.</exception>
    public long GetFree() => new DriveInfo(dataDirectory).AvailableFreeSpace;

    /// <summary>Whether there is enough left, and else a text that says so: null when there is.</summary>
    /// <param name="needed">What is going to be written, in bytes, where that is known.</param>
    /// <exception cref="IOException">The file system cannot be asked.</exception>
    public string? FindLack(long needed = 0)
    {
        long free = GetFree();
        return free - needed >= minimum
            ? null
            : $"The disk of the data directory is nearly full: {ByteSize.Format(free)} are free, "
                + (needed > 0 ? $"{ByteSize.Format(needed)} are needed, " : "")
                + $"and {ByteSize.Format(minimum)} (FuncExec__MinFreeDisk) have to stay free. Make room or lower that setting.";
    }
}
