using System.Globalization;
using System.Text;

namespace FuncExec.Service.Tests.Running;

/// <summary>A process that lives.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Start">When it was started, in ticks since the boot.</param>
/// <param name="Parent">The process that started it.</param>
/// <param name="Command">Its command line, for the one who reads a failure.</param>
internal sealed record LivingProcess(int Id, long Start, int Parent, string Command);

/// <summary>What the kernel knows of processes.</summary>
internal static class ProcessTable
{
    /// <summary>Those that live and have a variable of this value in the environment they were started with.</summary>
    public static List<LivingProcess> Find(string variable, string value)
    {
        byte[] mark = Encoding.UTF8.GetBytes($"{variable}={value}\0");
        var found = new List<LivingProcess>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out int id) && HasMark(directory, mark) && Read(id) is { } process)
            {
                found.Add(process);
            }
        }

        return found;
    }

    /// <summary>Those that a process has started and that live.</summary>
    public static List<LivingProcess> Children(int id) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(static directory => int.TryParse(Path.GetFileName(directory), out int found) ? Read(found) : null)
            .OfType<LivingProcess>()
            .Where(process => process.Parent == id),
    ];

    /// <summary>A process, or null when it has ended.</summary>
    public static LivingProcess? Read(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : new LivingProcess(
                    id,
                    long.Parse(fields[19], CultureInfo.InvariantCulture),
                    int.Parse(fields[1], CultureInfo.InvariantCulture),
                    File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' '));
        }
        catch (Exception exception) when (IsGone(exception))
        {
            return null;
        }
    }

    /// <summary>The most memory that a process has ever had resident, in bytes.</summary>
    public static long PeakMemory(int id)
    {
        string line = File.ReadLines($"/proc/{id}/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static bool HasMark(string directory, byte[] mark)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(directory, "environ")).AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception exception) when (IsGone(exception))
        {
            return false;
        }
    }

    private static bool IsGone(Exception exception) =>
        exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
        || (exception is IOException && exception.Message.Contains("No such process", StringComparison.Ordinal));
}
