using System.Globalization;
using System.Text.RegularExpressions;

namespace FuncExec.ExecutorPlugins.Processes.Linux.Survivors;

/// <summary>Finds the directory of a process's cgroup v2: alone, beside v1 controllers, or in a container.</summary>
internal static partial class ControlGroupPath
{
    /// <summary>The directory of this process's group, or null where there is no v2 hierarchy to see.</summary>
    public static string? Find() => File.Exists("/proc/self/cgroup")
        ? Find(File.ReadAllLines("/proc/self/cgroup"), File.ReadAllLines("/proc/self/mountinfo"))
        : null;

    /// <summary>The same from the text of the two files.</summary>
    public static string? Find(IEnumerable<string> cgroup, IEnumerable<string> mountInfo)
    {
        const string unified = "0::";
        string? group = cgroup.FirstOrDefault(static line => line.StartsWith(unified, StringComparison.Ordinal))?[unified.Length..];
        if (group is null || !group.StartsWith('/') || group.StartsWith("/..", StringComparison.Ordinal))
        {
            return null; // There is none, or it lies outside of what this container sees.
        }

        foreach (string line in mountInfo)
        {
            // ID parent device root mount-point options [optional…] - type source options
            string[] fields = line.Split(' ');
            int separator = Array.IndexOf(fields, "-");
            if (separator >= 5 && separator + 1 < fields.Length && fields[separator + 1] == "cgroup2" && Relative(group, Unescape(fields[3])) is { } below)
            {
                return (Unescape(fields[4]).TrimEnd('/') + below).TrimEnd('/');
            }
        }

        return null;
    }

    private static string? Relative(string group, string root) =>
        root == "/" ? group
        : group == root ? ""
        : group.StartsWith(root + "/", StringComparison.Ordinal) ? group[root.Length..]
        : null;

    /// <summary>Blanks and the like are written in octal.</summary>
    private static string Unescape(string text) =>
        Octal().Replace(text, static match => ((char)Convert.ToInt32(match.Value[1..], 8)).ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\\[0-7]{3}")]
    private static partial Regex Octal();
}
