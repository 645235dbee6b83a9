namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Checks and unpacks archives, ZIP or tar.gz by what they are, not by name.</summary>
internal static class Archive
{
    /// <summary>Goes through a whole archive; see <see cref="ArchivePass"/>.</summary>
    public static IReadOnlyList<ArchiveMistake> Run(Stream archive, FileLimits limits, IArchiveSink? sink, CancellationToken cancellationToken)
    {
        Span<byte> head = stackalloc byte[4];
        archive.Position = 0;
        int count = archive.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        archive.Position = 0;
        BurstGuard guard = new(limits, archive.Length);
        ArchivePass pass = new(guard, sink, cancellationToken);
        return head[..count] switch
        {
            [0x50, 0x4B, 3, 4] or [0x50, 0x4B, 5, 6] => pass.Run(() => new ZipSource(archive, limits)),
            [0x1F, 0x8B, ..] => pass.Run(() => new TarSource(archive, guard)),
            [] => [new ArchiveMistake(null, "The archive is empty; send a ZIP or a tar.gz.")],
            _ => [new ArchiveMistake(null, "The archive is neither a ZIP nor a tar.gz.")],
        };
    }
}
