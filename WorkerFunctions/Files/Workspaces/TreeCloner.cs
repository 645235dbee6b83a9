using System.Collections.Concurrent;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>
/// Makes a tree of a command's own from a cached one: files that share their blocks until written (reflink) where the
/// file system can, else copies. Never hard links: a command may write in place, and would write into the cache and into
/// every other attempt's directory.
/// </summary>
internal static class TreeCloner
{
    private const int MostThreads = 2;

    /// <summary>Few files are not worth a second thread.</summary>
    private const int BatchSize = 256;

    /// <exception cref="IOException">Something cannot be read or written.</exception>
    public static void Clone(CachedTree tree, string directory, FileCloner files, CancellationToken cancellationToken)
    {
        foreach (CachedTree.DirectoryItem item in tree.Directories)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Directory.CreateDirectory(Path.Combine(directory, item.Path));
        }

        if (tree.Files.Count <= BatchSize)
        {
            CloneFiles(tree, directory, files, 0, tree.Files.Count, cancellationToken);
        }
        else
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = MostThreads, CancellationToken = cancellationToken };
            Parallel.ForEach(Partitioner.Create(0, tree.Files.Count, BatchSize), options, range => CloneFiles(tree, directory, files, range.Item1, range.Item2, cancellationToken));
        }

        foreach (CachedTree.LinkItem item in tree.Links)
        {
            cancellationToken.ThrowIfCancellationRequested();
            File.CreateSymbolicLink(Path.Combine(directory, item.Path), item.Target);
        }

        // Last, for making what is in it changes a directory's time.
        foreach (CachedTree.DirectoryItem item in tree.Directories)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Directory.SetLastWriteTimeUtc(Path.Combine(directory, item.Path), item.Modified);
        }
    }

    private static void CloneFiles(CachedTree tree, string directory, FileCloner files, int from, int to, CancellationToken cancellationToken)
    {
        for (int index = from; index < to; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CachedTree.FileItem item = tree.Files[index];
            files.Clone(Path.Combine(tree.Root, item.Path), Path.Combine(directory, item.Path), item, cancellationToken);
        }
    }
}
