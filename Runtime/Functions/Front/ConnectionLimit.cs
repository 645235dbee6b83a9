using System.Globalization;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>
/// Bounds how many clients are connected at once by what the process may have open: half of it. A process that has nothing left
/// can answer nobody, and the runtime ends it when it finds none for a new thread.
/// </summary>
internal static class ConnectionLimit
{
    private const string Limits = "/proc/self/limits";
    private const string Entry = "Max open files";

    /// <summary>How many, or null where no bound is known.</summary>
    public static long? Find() => File.Exists(Limits) ? Read(File.ReadLines(Limits)) : null;

    /// <summary>Reads the soft limit as Linux shows it.</summary>
    internal static long? Read(IEnumerable<string> limits)
    {
        string? line = limits.FirstOrDefault(static line => line.StartsWith(Entry, StringComparison.Ordinal));
        string? soft = line?[Entry.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long most) && most > 1 ? most / 2 : null;
    }
}
