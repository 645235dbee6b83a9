using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FuncExec.Runtime.Crash.Tests.Tracing;

/// <summary>
/// Reads what <c>strace -f -y -xx</c> wrote. A call counts where it returned; a line of the journal where its write
/// began, for from there on others may have seen it.
/// </summary>
internal sealed partial class TraceReader(string database, string journal)
{
    private readonly Dictionary<string, string> _begun = [];
    private readonly Dictionary<int, long> _offsets = [];
    private readonly List<TraceEvent> _events = [];

    public IReadOnlyList<TraceEvent> Read(string trace)
    {
        foreach (string line in File.ReadLines(trace))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            string thread = line[..space];
            string call = line[space..].TrimStart();
            if (call.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                _begun[thread] = call[..^"<unfinished ...>".Length];
                Mark(call);
            }
            else if (Resumed().Match(call) is { Success: true } resumed && _begun.Remove(thread, out string? begin))
            {
                Take(begin + call[resumed.Length..]);
            }
            else
            {
                Mark(call);
                Take(call);
            }
        }

        return _events;
    }

    private void Mark(string call)
    {
        if (Write().Match(call) is { Success: true } write && Text(write, "path") == journal)
        {
            _events.Add(new TraceEvent.Marked(Text(write, "data").TrimEnd('\n')));
        }
    }

    private void Take(string call)
    {
        if (Open().Match(call) is { Success: true } open)
        {
            _offsets[Number(open, "file")] = 0;
            if (IsOurs(Text(open, "path")) && open.Groups["flags"].Value.Contains("O_CREAT", StringComparison.Ordinal))
            {
                Assert.DoesNotContain("O_TRUNC", open.Groups["flags"].Value, StringComparison.Ordinal);
                _events.Add(new TraceEvent.Created(Text(open, "path")));
            }
        }
        else if (Write().Match(call) is { Success: true } write)
        {
            TakeWrite(write, call);
        }
        else if (FileCall().Match(call) is { Success: true } file)
        {
            TakeFileCall(file, Text(file, "path"), call);
        }
        else if (Unlink().Match(call) is { Success: true } unlink)
        {
            if (IsOurs(Text(unlink, "path")))
            {
                _events.Add(new TraceEvent.Deleted(Text(unlink, "path")));
            }
        }
        else
        {
            // A call that failed, or one of files that do not matter here; any other would make the replay wrong.
            Assert.True(Failed().IsMatch(call) || !call.Contains(Hex(database), StringComparison.Ordinal), $"An unknown call: {call}");
        }
    }

    private void TakeWrite(Match write, string call)
    {
        string path = Text(write, "path");
        if (!IsOurs(path))
        {
            return;
        }

        int file = Number(write, "file");
        byte[] data = Convert.FromHexString(write.Groups["data"].Value.Replace("\\x", "", StringComparison.Ordinal));
        int written = int.Parse(Result().Match(call).Groups["result"].Value, CultureInfo.InvariantCulture);
        bool placed = write.Groups["offset"].Success;
        long offset = placed ? long.Parse(write.Groups["offset"].Value, CultureInfo.InvariantCulture) : _offsets[file];
        _events.Add(new TraceEvent.Wrote(path, offset, data.Length > written ? data[..written] : data));
        if (!placed)
        {
            _offsets[file] = offset + written;
        }
    }

    private void TakeFileCall(Match call, string path, string whole)
    {
        if (!IsOurs(path))
        {
            return;
        }

        long result = long.Parse(Result().Match(whole).Groups["result"].Value, CultureInfo.InvariantCulture);
        switch (call.Groups["name"].Value)
        {
            case "lseek":
                _offsets[Number(call, "file")] = result;
                break;
            case "ftruncate":
                _events.Add(new TraceEvent.Resized(path, long.Parse(call.Groups["length"].Value, CultureInfo.InvariantCulture)));
                break;
            default:
                _events.Add(new TraceEvent.Synced(path));
                break;
        }
    }

    /// <summary>The database, its log and its journal; not the index of the log, which is memory and no more.</summary>
    private bool IsOurs(string path) =>
        path.StartsWith(database, StringComparison.Ordinal) && !path.EndsWith("-shm", StringComparison.Ordinal);

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static string Text(Match match, string group) =>
        Encoding.UTF8.GetString(Convert.FromHexString(match.Groups[group].Value.Replace("\\x", "", StringComparison.Ordinal)));

    private static string Hex(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(static b => $"\\x{b:x2}"));

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^openat\([^,]*, ""(?<path>[\\x0-9a-f]*)"", (?<flags>[A-Z_|]+).*\)\s+= (?<file>\d+)<")]
    private static partial Regex Open();

    [GeneratedRegex(@"^p?write(64)?\((?<file>\d+)<(?<path>[\\x0-9a-f]*)>, ""(?<data>[\\x0-9a-f]*)""(\.\.\.)?, \d+(, (?<offset>\d+))?")]
    private static partial Regex Write();

    [GeneratedRegex(@"^(?<name>lseek|ftruncate|fsync|fdatasync)\((?<file>\d+)<(?<path>[\\x0-9a-f]*)>(, (?<length>-?\d+))?.*\)\s+= \d+$")]
    private static partial Regex FileCall();

    [GeneratedRegex(@"^unlink(at)?\(([^""]*, )?""(?<path>[\\x0-9a-f]*)"".*\)\s+= 0$")]
    private static partial Regex Unlink();

    [GeneratedRegex(@"\)\s+= (?<result>\d+)$")]
    private static partial Regex Result();

    [GeneratedRegex(@"\)\s+= (-1 |\?)")]
    private static partial Regex Failed();
}
