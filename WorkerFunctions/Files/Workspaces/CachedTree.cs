namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>What is in an unpacked workspace, read once so that each layout need not look again.</summary>
/// <param name="Root">Its absolute path.</param>
/// <param name="Directories">Those beneath it, each after the one that it lies in.</param>
/// <param name="Files">The files.</param>
/// <param name="Links">The symbolic links and where they point.</param>
/// <param name="Size">How many bytes the files have together.</param>
internal sealed record CachedTree(
    string Root,
    IReadOnlyList<CachedTree.DirectoryItem> Directories,
    IReadOnlyList<CachedTree.FileItem> Files,
    IReadOnlyList<CachedTree.LinkItem> Links,
    long Size)
{
    /// <summary>Reads a tree.</summary>
    public static CachedTree Read(string root)
    {
        List<DirectoryItem> directories = [];
        List<FileItem> files = [];
        List<LinkItem> links = [];
        long size = 0;
        Stack<string> waiting = new([""]);
        while (waiting.TryPop(out string? parent))
        {
            foreach (FileSystemInfo item in new DirectoryInfo(Path.Combine(root, parent)).EnumerateFileSystemInfos())
            {
                string path = parent.Length == 0 ? item.Name : $"{parent}/{item.Name}";
                if (item.LinkTarget is { } target)
                {
                    links.Add(new LinkItem(path, target));
                }
                else if (item is FileInfo file)
                {
                    size += file.Length;
                    files.Add(new FileItem(path, file.Length, IsExecutable(file), file.LastWriteTimeUtc));
                }
                else
                {
                    directories.Add(new DirectoryItem(path, item.LastWriteTimeUtc));
                    waiting.Push(path);
                }
            }
        }

        return new CachedTree(root, directories, files, links, size);
    }

    private static bool IsExecutable(FileInfo file) => !OperatingSystem.IsWindows() && (file.UnixFileMode & UnixFileMode.UserExecute) != 0;

    /// <summary>A directory.</summary>
    public sealed record DirectoryItem(string Path, DateTime Modified);

    /// <summary>A file.</summary>
    public sealed record FileItem(string Path, long Size, bool IsExecutable, DateTime Modified);

    /// <summary>A symbolic link.</summary>
    public sealed record LinkItem(string Path, string Target);
}
