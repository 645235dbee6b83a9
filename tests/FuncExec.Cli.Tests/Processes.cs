namespace FuncExec.Cli.Tests;

/// <summary>Processes that commands of a test have started, told by a mark in their command line.</summary>
internal static class Processes
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>The ids of those that have a mark.</summary>
    public static IReadOnlyList<int> With(string mark)
    {
        List<int> found = [];
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out int id) && id != Environment.ProcessId && HasMark(directory, mark))
            {
                found.Add(id);
            }
        }

        return found;
    }

    /// <summary>Waits until there is none; those killed may be on their way.</summary>
    public static async Task WaitForNoneAsync(string mark)
    {
        long begun = Environment.TickCount64;
        IReadOnlyList<int> left;
        while ((left = With(mark)).Count > 0)
        {
            Assert.True(Environment.TickCount64 - begun < _patience.TotalMilliseconds, $"These processes are left: {string.Join(", ", left)}");
            await Task.Delay(20);
        }
    }

    private static bool HasMark(string directory, string mark)
    {
        try
        {
            string line = File.ReadAllText(Path.Combine(directory, "cmdline"));
            // The command line that was called has the mark in its own words.
            return line.Contains(mark, StringComparison.Ordinal) && !line.Contains("funcexec\0", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // It has just ended.
        }
    }
}
