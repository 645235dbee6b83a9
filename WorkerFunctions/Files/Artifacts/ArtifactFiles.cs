using System.IO.Enumeration;

namespace FuncExec.WorkerFunctions.Files.Artifacts;

/// <summary>Finds the files of a directory that patterns name. Never looks beyond a link; whoever opens one must look again.</summary>
internal static class ArtifactFiles
{
    private static readonly EnumerationOptions Options = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = true,
        MaxRecursionDepth = 1000,
        ReturnSpecialDirectories = false,
    };

    /// <summary>The paths relative to the directory, with slashes, in no order.</summary>
    /// <param name="directory">Where they lie.</param>
    /// <param name="patterns">What is looked for.</param>
    /// <param name="cancellationToken">Ends the looking, also where nothing matches.</param>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory in it cannot be read.</exception>
    public static IEnumerable<string> Find(string directory, ArtifactPatterns patterns, CancellationToken cancellationToken) =>
        new FileSystemEnumerable<string>(directory, (ref FileSystemEntry entry) => Relative(ref entry), Options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return (!entry.IsDirectory || IsLink(ref entry)) && patterns.IsMatch(Relative(ref entry));
            },
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry) && patterns.MayMatchBeneath(Relative(ref entry)),
        };

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;

    private static string Relative(ref FileSystemEntry entry)
    {
        ReadOnlySpan<char> parent = entry.Directory[entry.RootDirectory.Length..].TrimStart(Path.DirectorySeparatorChar);
        string path = parent.IsEmpty ? entry.FileName.ToString() : $"{parent}/{entry.FileName}";
        return Path.DirectorySeparatorChar == '/' ? path : path.Replace(Path.DirectorySeparatorChar, '/');
    }
}
