using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>
/// What tells a process from a later one with the same number: the moment it started. On Linux that is read in the
/// kernel's own ticks with the id of the boot, so that it stays the same when the machine's clock is set.
/// </summary>
internal static class ProcessIdentity
{
    private const int StartTimeField = 22;

    /// <summary>The identity of a process, or null when there is no such process.</summary>
    public static string? Of(int processId) => OperatingSystem.IsLinux() ? OnLinux(processId) : Elsewhere(processId);

    private static string? OnLinux(int processId)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{processId}/stat");
            // The second field is the program's name in parentheses and may hold anything.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}:{fields[StartTimeField - 3]}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Elsewhere(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
