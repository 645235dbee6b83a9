namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>An archive, read from its first entry to its last.</summary>
/// <remarks><see cref="InvalidDataException"/> and the BCL's kin of it say that the archive is broken.</remarks>
internal interface IArchiveSource : IDisposable
{
    /// <summary>The next entry, or null after the last; the end of the archive has been checked then.</summary>
    ArchiveEntry? Next();

    /// <summary>The content of the entry that <see cref="Next"/> answered. Read to its end it has been checked.</summary>
    Stream OpenContent();
}
