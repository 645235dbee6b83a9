namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>What an entry makes.</summary>
internal enum EntryKind
{
    File = 1,
    Directory,
    SymbolicLink,
    HardLink,

    /// <summary>Nothing that a workspace may have.</summary>
    Other,
}

/// <summary>An entry as the archive says it, nothing of it checked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it makes.</param>
/// <param name="Size">How long its content is said to be.</param>
/// <param name="IsExecutable">Whether its owner may execute it.</param>
/// <param name="Modified">When it was changed last.</param>
/// <param name="Target">Where a link points.</param>
/// <param name="Problem">Why it cannot be unpacked, or null.</param>
internal sealed record ArchiveEntry(string Name, EntryKind Kind, long Size, bool IsExecutable, DateTimeOffset Modified, string Target = "", string? Problem = null);
