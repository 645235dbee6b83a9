using System.Globalization;

namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>Says which limit of the machine was met, by the number that the system gave, and what to do about it.</summary>
internal static class ExhaustedLimits
{
    private const int EAgain = 11, ENoMem = 12, ENFile = 23, EMFile = 24, ENoSpc = 28;

    /// <summary>One or two sentences that end with a full stop.</summary>
    public static string Explain(int errno) => errno switch
    {
        EMFile => $"this service has no descriptor left{Limit("Max open files")}. Raise its limit of open files (ulimit -n) or lower MAX_CONCURRENT_TASKS.",
        ENFile => "the machine has no descriptor left. Raise fs.file-max or lower MAX_CONCURRENT_TASKS.",
        EAgain => $"no process can be added{Limit("Max processes")}. Raise the user's limit of processes (ulimit -u) or the control group's pids.max, or lower MAX_CONCURRENT_TASKS.",
        ENoMem => "the machine has no memory left. Add memory or lower MAX_CONCURRENT_TASKS.",
        ENoSpc => "the disk is full. Make room on it.",
        _ => string.Create(CultureInfo.InvariantCulture, $"the system refuses (error {errno}). Raise the limits of processes, memory and open files or lower MAX_CONCURRENT_TASKS."),
    };

    /// <summary>The service's own limit of that name, where the system shows it.</summary>
    private static string Limit(string name)
    {
        try
        {
            string? line = OperatingSystem.IsLinux()
                ? File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))
                : null;
            return line is null ? "" : $" (the limit is {line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]})";
        }
        catch (IOException)
        {
            return ""; // Without a descriptor it cannot be read.
        }
    }
}
