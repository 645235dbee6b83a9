namespace FuncExec.ExecutorPlugins.Command.Policy;

/// <summary>
/// A program under every path that leads to it: as it was called, each link on the way, and the file at the end, each also
/// with the links of its directory resolved.
/// </summary>
/// <param name="Called">The path as it was called.</param>
/// <param name="Paths">All of them, the first as it was called.</param>
/// <param name="RealPath">The file itself, without any link in its path.</param>
internal sealed record ProgramChain(string Called, IReadOnlyCollection<string> Paths, string RealPath)
{
    private const int MostLinks = 40;

    /// <summary>Follows an absolute path; null when nothing is there or the links run in a circle.</summary>
    public static ProgramChain? Follow(string path)
    {
        HashSet<string> paths = [path];
        string at = path;
        for (int links = 0; links < MostLinks; links++)
        {
            if (RealDirectory(Parent(at), MostLinks - links) is not { } directory)
            {
                return null;
            }

            paths.Add(at);
            at = Join(directory, Name(at));
            paths.Add(at);
            if (LinkTarget(at) is not { } target)
            {
                return File.Exists(at) ? new ProgramChain(path, paths, at) : null;
            }

            at = Path.GetFullPath(target, directory);
        }

        return null;
    }

    /// <summary>A directory without any link in its path, or null when it is not there.</summary>
    public static string? RealDirectory(string directory) => RealDirectory(directory, MostLinks);

    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";

    private static string? RealDirectory(string directory, int mostLinks)
    {
        if (mostLinks <= 0)
        {
            return null;
        }

        string real = "/";
        foreach (string part in directory.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part is "." or "..")
            {
                real = part == "." ? real : Parent(real);
                continue;
            }

            real = Join(real, part);
            if (LinkTarget(real) is { } target)
            {
                string next = target.StartsWith('/') ? target : Join(Parent(real), target);
                if (RealDirectory(next, --mostLinks) is not { } resolved)
                {
                    return null;
                }

                real = resolved;
            }
        }

        return Directory.Exists(real) ? real : null;
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // What cannot be looked at cannot be run either.
        }
    }

    private static string Join(string directory, string name) => directory == "/" ? "/" + name : $"{directory}/{name}";
}
