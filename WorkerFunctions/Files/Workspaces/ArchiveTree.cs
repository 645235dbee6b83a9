namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>
/// The tree that the entries of an archive make, as far as they have been read. Whatever was added can be written: nothing
/// lies outside, beneath a file or a link, or at a place that is taken.
/// </summary>
internal sealed class ArchiveTree
{
    private readonly Dictionary<string, Node> _byFolded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);

    /// <summary>Takes an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="path">Where it goes; empty for the root.</param>
    /// <param name="target">For a hard link the path of the file that it stands for, else empty.</param>
    /// <returns>Why it is refused, or null.</returns>
    public string? Add(ArchiveEntry entry, out string path, out string target)
    {
        target = "";
        string? fault = EntryNames.TryRead(entry.Name, entry.Kind is EntryKind.Directory, out path);
        if (fault is not null || path.Length == 0)
        {
            return fault;
        }

        return entry.Problem
            ?? (entry.Kind is EntryKind.SymbolicLink ? LinkTargets.FindFault(path, entry.Target) : null)
            ?? (entry.Kind is EntryKind.HardLink ? FindFile(entry.Target, out target) : null)
            ?? AddParents(path)
            ?? AddLeaf(path, entry.Kind, target);
    }

    /// <summary>The file that a hard link stands for: one that came before it.</summary>
    private string? FindFile(string name, out string target)
    {
        if (EntryNames.TryRead(name, isDirectory: false, out target) is { } fault)
        {
            return $"It is a hard link to '{name}': {fault}";
        }

        if (!_byFolded.TryGetValue(NameFolding.Fold(target), out Node? node) || node.Path != target || node.Kind is not (EntryKind.File or EntryKind.HardLink))
        {
            return $"It is a hard link to '{name}', which is no file of the archive before it.";
        }

        target = node.Kind is EntryKind.HardLink ? node.Target : target;
        return null;
    }

    private string? AddParents(string path)
    {
        int last = path.LastIndexOf('/');
        if (last < 0 || _directories.Contains(path[..last]))
        {
            return null;
        }

        for (int slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            string parent = path[..slash];
            if (!_directories.Contains(parent) && AddLeaf(parent, EntryKind.Directory, "") is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private string? AddLeaf(string path, EntryKind kind, string target)
    {
        string folded = NameFolding.Fold(path);
        if (!_byFolded.TryGetValue(folded, out Node? taken))
        {
            _byFolded.Add(folded, new Node(path, kind, target));
            if (kind is EntryKind.Directory)
            {
                _directories.Add(path);
            }

            return null;
        }

        return taken.Path != path ? $"'{path}' and '{taken.Path}' are one name where case or normal form does not count."
            : taken.Kind is EntryKind.Directory && kind is EntryKind.Directory ? null
            : taken.Kind is EntryKind.Directory || kind is EntryKind.Directory ? $"'{path}' is a directory and also {NameOf(kind is EntryKind.Directory ? taken.Kind : kind)}."
            : $"'{path}' is there twice.";
    }

    private static string NameOf(EntryKind kind) => kind is EntryKind.File ? "a file" : "a link";

    private sealed record Node(string Path, EntryKind Kind, string Target);
}
