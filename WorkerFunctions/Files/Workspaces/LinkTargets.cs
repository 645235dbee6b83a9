namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Where a symbolic link may point.</summary>
internal static class LinkTargets
{
    /// <summary>
    /// Looks whether a target stays in the tree. <c>..</c> is taken at its beginning only: there it climbs real directories,
    /// for no entry lies beneath a link, and is counted; behind a name, which may be a link to anywhere in the tree, nobody
    /// can tell what it climbs.
    /// </summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? FindFault(string path, string target)
    {
        string? fault =
            target.Length == 0 ? "The link points to nothing."
            : target.Contains('\0') || target.Contains('\uFFFD') || target.Contains('\\') ? "The link's target contains NUL, a backslash or bytes that are not UTF-8."
            : target.Length > EntryNames.MostPathBytes ? $"The link's target has more than {EntryNames.MostPathBytes} bytes."
            : target.StartsWith('/') || (target.Length >= 2 && target[1] == ':' && char.IsAsciiLetter(target[0])) ? "The link's target is absolute; links stay in the workspace."
            : null;
        return fault ?? FindClimb(depth: path.AsSpan().Count('/'), target);
    }

    private static string? FindClimb(int depth, string target)
    {
        bool isClimbing = true;
        foreach (string segment in target.Split('/'))
        {
            if (segment is "..")
            {
                if (!isClimbing)
                {
                    return "The link's target has '..' behind a name; it is taken at the beginning only.";
                }

                if (--depth < 0)
                {
                    return "The link points out of the workspace.";
                }
            }
            else if (segment is not ("" or "."))
            {
                isClimbing = false;
            }
        }

        return null;
    }
}
