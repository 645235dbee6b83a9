namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Counts what really comes out of an archive, whatever its headers say.</summary>
/// <param name="limits">The bounds.</param>
/// <param name="archiveSize">The archive's own length.</param>
internal sealed class BurstGuard(FileLimits limits, long archiveSize)
{
    /// <summary>Up to here nobody minds how well something was compressed.</summary>
    private const long RatioFrom = ByteSize.Mebi;

    /// <summary>Names are held in memory while an archive is checked.</summary>
    private const long MostNameBytes = 64 * ByteSize.Mebi;

    private long _expanded;
    private long _entries;
    private long _nameBytes;

    /// <exception cref="ArchiveBurstException">It is one too many.</exception>
    public void CountEntry(int nameLength)
    {
        _nameBytes += nameLength;
        if (++_entries > limits.WorkspaceEntryLimit)
        {
            throw new ArchiveBurstException($"The archive has more than {limits.WorkspaceEntryLimit} entries (FuncExec__WorkspaceEntryLimit).");
        }

        if (_nameBytes > MostNameBytes)
        {
            throw new ArchiveBurstException($"The names in the archive have more than {ByteSize.Format(MostNameBytes)} together.");
        }
    }

    /// <exception cref="ArchiveBurstException">That is too much.</exception>
    public void CountBytes(long count)
    {
        _expanded += count;
        if (_expanded > limits.WorkspaceExpandedLimit)
        {
            throw new ArchiveBurstException($"The archive unpacks to more than {ByteSize.Format(limits.WorkspaceExpandedLimit)} (FuncExec__WorkspaceExpandedLimit).");
        }

        if (_expanded > RatioFrom && _expanded / limits.WorkspaceRatioLimit > archiveSize)
        {
            throw new ArchiveBurstException($"The archive unpacks to more than {limits.WorkspaceRatioLimit} times its own size (FuncExec__WorkspaceRatioLimit).");
        }
    }
}
