namespace FuncExec.WorkerFunctions.Files;

/// <summary>Bounds of what jobs bring, write and leave, each a setting of this name with the prefix <c>FuncExec__</c>.</summary>
public sealed class FileLimits
{
    /// <summary><c>OutputLimit</c>: how many bytes of a stream of an attempt are stored, 0 to 1 TiB. Default 64 MiB.</summary>
    public long OutputLimit { get; set; } = ByteSize.Mebi * 64;

    /// <summary><c>MinFreeDisk</c>: with less left in the data directory nothing new is taken or started, 0 to 1 TiB. Default 256 MiB.</summary>
    public long MinFreeDisk { get; set; } = ByteSize.Mebi * 256;

    /// <summary><c>WorkspaceLimit</c>: the largest archive, 1 KiB to 1 TiB. Default 1 GiB.</summary>
    public long WorkspaceLimit { get; set; } = ByteSize.Gibi;

    /// <summary><c>WorkspaceExpandedLimit</c>: the most bytes that an archive may unpack to, 1 KiB to 1 TiB. Default 4 GiB.</summary>
    public long WorkspaceExpandedLimit { get; set; } = ByteSize.Gibi * 4;

    /// <summary><c>WorkspaceEntryLimit</c>: the most entries of an archive, 1 to 10,000,000. Default 200,000.</summary>
    public int WorkspaceEntryLimit { get; set; } = 200_000;

    /// <summary><c>WorkspaceRatioLimit</c>: how often its own size an archive may unpack to (beyond 1 MiB), 1 to 10,000. Default 200.</summary>
    public int WorkspaceRatioLimit { get; set; } = 200;

    /// <summary><c>WorkspaceCacheLimit</c>: how much unpacked workspaces that nobody uses may take on this node, 0 to 1 PiB. Default 10 GiB.</summary>
    public long WorkspaceCacheLimit { get; set; } = ByteSize.Gibi * 10;

    /// <summary><c>ArtifactFileLimit</c>: the most files that one task may leave, 1 to 1,000,000. Default 10,000.</summary>
    public int ArtifactFileLimit { get; set; } = 10_000;

    /// <summary><c>ArtifactLimit</c>: the most bytes that one task may leave, 0 to 1 PiB. Default 10 GiB.</summary>
    public long ArtifactLimit { get; set; } = ByteSize.Gibi * 10;

    /// <summary><c>FilesTimeout</c>: how long laying out what an attempt needs, and how long collecting what it leaves, may take, 1 s to 1 day. Default 1 h.</summary>
    public TimeSpan FilesTimeout { get; set; } = TimeSpan.FromHours(1);
}
