using System.Globalization;
using FuncExec.ScalingSimulation.Model;

namespace FuncExec.ScalingSimulation.Real;

/// <summary>
/// What the commands say themselves, each in a line of one file as it begins and as it has done its work. Nothing of the service is asked
/// whether a command ran, or ran twice.
/// </summary>
/// <param name="path">The file; made by the first command.</param>
/// <param name="commands">The commands; each is named by its place.</param>
internal sealed class CommandJournal(string path, IReadOnlyList<SimulatedCommand> commands)
{
    // One write each, at the file's end, so that no line breaks another. The time costs bash no process.
    private const string Script = """echo "b $0 $EPOCHREALTIME" >>"$1"; sleep "$2"; echo "e $0" >>"$1" """;

    private readonly DateTimeOffset?[] _firstStarts = new DateTimeOffset?[commands.Count];
    private readonly int[] _ends = new int[commands.Count];
    private long _read;

    /// <summary>How often a command has begun.</summary>
    internal int Begun { get; private set; }

    /// <summary>How many commands have done their work.</summary>
    internal int Done { get; private set; }

    /// <summary>How many have done it more than once.</summary>
    internal int Repeated => _ends.Count(static ends => ends > 1);

    /// <summary>How often a command was ended before it had done its work.</summary>
    internal int Ended => Begun - _ends.Sum();

    /// <summary>When a command began first; null when it has not.</summary>
    internal DateTimeOffset? FirstStart(int command) => _firstStarts[command];

    /// <summary>The payload of a command that takes so many seconds.</summary>
    internal object Payload(int command, double seconds) => new
    {
        command = "/bin/bash",
        args = new[] { "-c", Script, command.ToString(CultureInfo.InvariantCulture), path, seconds.ToString("0.######", CultureInfo.InvariantCulture) },
    };

    /// <summary>Reads on, as far as whole lines go.</summary>
    internal void Read()
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = _read;
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd();
        int whole = text.LastIndexOf('\n') + 1;
        _read += whole; // It is all ASCII.
        foreach (string line in text[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Take(line.Split(' '));
        }
    }

    private void Take(string[] words)
    {
        int command = int.Parse(words[1], CultureInfo.InvariantCulture);
        if (words[0] == "b")
        {
            Begun++;
            // The decimal sign is the locale's.
            double seconds = double.Parse(words[2].Replace(',', '.'), CultureInfo.InvariantCulture);
            _firstStarts[command] ??= DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        }
        else if (++_ends[command] == 1)
        {
            Done++;
        }
    }
}
