using System.Text.RegularExpressions;

namespace FuncExec.Service.Tests.Tracing;

/// <summary>What strace saw, in the order in which others could see it.</summary>
internal sealed partial class SystemCallTrace
{
    private const string Unfinished = "<unfinished ...>";
    private const string Resumed = "resumed>";

    private readonly List<string> _lines;

    private SystemCallTrace(List<string> lines) => _lines = lines;

    /// <summary>
    /// Reads a trace. A call that was interrupted in it counts where it returned, for a sync holds from then on; but for what is
    /// sent and what is started, that can be seen from the call on.
    /// </summary>
    public static SystemCallTrace Read(string path)
    {
        var begun = new Dictionary<string, string>();
        var lines = new List<string>();
        foreach (string line in File.ReadLines(path))
        {
            string thread = line[..line.IndexOf(' ', StringComparison.Ordinal)];
            int unfinished = line.IndexOf(Unfinished, StringComparison.Ordinal);
            if (unfinished >= 0)
            {
                begun[thread] = line[..unfinished];
                if (line.Contains("HTTP/1.1", StringComparison.Ordinal) || line.Contains("execve", StringComparison.Ordinal))
                {
                    lines.Add(line);
                }
            }
            else if (line.Contains(Resumed, StringComparison.Ordinal) && begun.Remove(thread, out string? start))
            {
                lines.Add(start + line[(line.IndexOf(Resumed, StringComparison.Ordinal) + Resumed.Length)..]);
            }
            else
            {
                lines.Add(line);
            }
        }

        return new SystemCallTrace(lines);
    }

    /// <summary>The first line from one on that contains one of some texts; less than 0 for none.</summary>
    public int Find(int from, params string[] texts) =>
        from < 0 ? from : _lines.FindIndex(from, line => texts.Any(text => line.Contains(text, StringComparison.Ordinal)));

    /// <summary>The first answer from a line on that begins and says so; less than 0 for none.</summary>
    public int FindAnswer(int from, string status, string text) =>
        from < 0 ? from : _lines.FindIndex(from, line => line.Contains(status, StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal));

    /// <summary>The first write to the log of a store, from a line on, that contains a text.</summary>
    public int FindWrite(int from, string store, string text) =>
        _lines.FindIndex(from, line => IsWrite(line, store) && line.Contains(text, StringComparison.Ordinal));

    /// <summary>Whether the log of a store was synced between two lines.</summary>
    public bool IsSynced(string store, int from, int to) => _lines[from..to].Exists(line => IsSync(line, store));

    /// <summary>Counts syncs of the log of a store that returned between two lines and follow a write to it there.</summary>
    public int Commits(string store, int from, int to)
    {
        int commits = 0;
        bool written = false;
        foreach (string line in _lines[from..to])
        {
            if (IsWrite(line, store))
            {
                written = true;
            }
            else if (written && IsSync(line, store))
            {
                commits++;
                written = false;
            }
        }

        return commits;
    }

    private static bool IsWrite(string line, string store) => LogWrite().Match(line) is { Success: true } match && match.Groups["store"].Value == store;

    private static bool IsSync(string line, string store) => LogSync().Match(line) is { Success: true } match && match.Groups["store"].Value == store;

    [GeneratedRegex(@"\b(pwrite64|write|writev)\(\d+<[^>]*/(?<store>\w+)\.db-wal>")]
    private static partial Regex LogWrite();

    [GeneratedRegex(@"\b(fsync|fdatasync)\(\d+<[^>]*/(?<store>\w+)\.db-wal>.*= 0")]
    private static partial Regex LogSync();
}
