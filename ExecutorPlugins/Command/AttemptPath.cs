namespace FuncExec.ExecutorPlugins.Command;

/// <summary>A path within an attempt's directory, or an absolute one.</summary>
internal static class AttemptPath
{
    /// <summary>Whether it is absolute or stays within, at every step.</summary>
    public static bool IsValid(string path)
    {
        if (Path.IsPathRooted(path))
        {
            return true;
        }

        int depth = 0;
        foreach (string part in path.Split('/', Path.DirectorySeparatorChar))
        {
            depth += part is "" or "." ? 0 : part == ".." ? -1 : 1;
            if (depth < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The absolute path.</summary>
    public static string Resolve(string directory, string? path) => string.IsNullOrEmpty(path) ? directory : Path.Combine(directory, path);
}
