using System.Globalization;

namespace FuncExec.Service.Tests.Kills;

/// <summary>A line of the journal.</summary>
internal sealed record JournalLine(bool IsBegin, string Job, string Task, int Attempt, long Token);

/// <summary>What the commands themselves have told: outside of the service, and beyond its reach.</summary>
internal sealed class Journal(string path)
{
    private const int Fields = 5;

    public string Path => path;

    /// <summary>How many bytes there are by now.</summary>
    public long Length => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>What was told, in its order, by job and task.</summary>
    public ILookup<(string Job, string Task), JournalLine> Read() =>
        File.ReadAllLines(path).Select(Parse).ToLookup(static line => (line.Job, line.Task));

    private static JournalLine Parse(string line)
    {
        string[] fields = line.Split(' ');
        Assert.True(fields.Length == Fields && fields[0] is "begin" or "end", $"The journal has the line '{line}'.");
        return new JournalLine(
            fields[0] == "begin",
            fields[1],
            fields[2],
            int.Parse(fields[3], CultureInfo.InvariantCulture),
            long.Parse(fields[4], CultureInfo.InvariantCulture));
    }
}
