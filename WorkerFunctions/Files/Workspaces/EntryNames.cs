using System.Text;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Which names an entry may have.</summary>
internal static class EntryNames
{
    public const int MostSegmentBytes = 255;
    public const int MostPathBytes = 4096;

    /// <summary>
    /// Makes a path of a name: segments between slashes, none of them <c>.</c> or <c>..</c>. A leading <c>./</c> and the slash
    /// at a directory's end are left out; the root itself is an empty path.
    /// </summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? TryRead(string name, bool isDirectory, out string path)
    {
        path = name;
        while (path.StartsWith("./", StringComparison.Ordinal))
        {
            path = path[2..];
        }

        if (isDirectory)
        {
            path = path.EndsWith('/') && path.Length > 1 ? path[..^1] : path;
            path = path is "." ? "" : path;
        }

        return FindCharacterFault(name) ?? (path.Length == 0 && isDirectory ? null : FindPathFault(path));
    }

    private static string? FindCharacterFault(string name) =>
        name.Contains('\0') ? "The name contains NUL."
        : name.Contains('\uFFFD') ? "The name is not UTF-8."
        : name.Contains('\\') ? "The name contains a backslash; names are written with slashes."
        : name.StartsWith('/') ? "The name is absolute; names are relative to the workspace."
        : name.Length >= 2 && name[1] == ':' && char.IsAsciiLetter(name[0]) ? "The name begins with a drive letter; names are relative to the workspace."
        : null;

    private static string? FindPathFault(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) > MostPathBytes)
        {
            return $"The name has more than {MostPathBytes} bytes.";
        }

        foreach (string segment in path.Split('/'))
        {
            string? fault = segment switch
            {
                "" => "The name has an empty segment.",
                "." => "The name has the segment '.'.",
                ".." => "The name climbs by '..'.",
                _ when Encoding.UTF8.GetByteCount(segment) > MostSegmentBytes => $"A segment of the name has more than {MostSegmentBytes} bytes.",
                _ when OperatingSystem.IsWindows() && (segment.AsSpan().IndexOfAny("<>:\"|?*") >= 0 || segment[^1] is '.' or ' ') => "The name cannot be had on Windows.",
                _ => null,
            };
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }
}
