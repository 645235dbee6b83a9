using System.Buffers.Binary;
using System.Text;

namespace FuncExec.ExecutorPlugins.Processes.Linux.Survivors;

/// <summary>
/// The form of a life's file: a page of text that says whose it is, then places of fixed size, each with a process that
/// runs or empty. What has ended gives its place back, so that the file is as long as the most that ran at once.
/// </summary>
internal sealed record SurvivorFile
{
    /// <summary>What the names of these files end with.</summary>
    public const string Suffix = ".life";

    /// <summary>What follows on that while a life has only begun.</summary>
    public const string UnfinishedSuffix = ".new";

    /// <summary>Where the places begin.</summary>
    public const int HeaderSize = 8192;

    /// <summary>The size of a place: id, nothing, first and last tick.</summary>
    public const int PlaceSize = 24;

    private const string Title = "funcexec life 1";

    /// <summary>Which boot of the machine.</summary>
    public required string BootId { get; init; }

    /// <summary>By what the environment of its processes can be told.</summary>
    public required string MarkPrefix { get; init; }

    /// <summary>The directory of its control group, or empty.</summary>
    public string ControlGroup { get; init; } = "";

    /// <summary>What ran when it ended.</summary>
    public IReadOnlyList<SurvivorRecord> Records { get; init; } = [];

    /// <summary>The page of text.</summary>
    public byte[] Header()
    {
        byte[] page = new byte[HeaderSize];
        byte[] text = Encoding.UTF8.GetBytes($"{Title}\n{BootId}\n{MarkPrefix}\n{ControlGroup}\n");
        text.AsSpan(0, Math.Min(text.Length, page.Length)).CopyTo(page);
        return page;
    }

    /// <summary>A place's bytes.</summary>
    public static void Write(Span<byte> place, SurvivorRecord record)
    {
        BinaryPrimitives.WriteInt64LittleEndian(place, record.Pid);
        BinaryPrimitives.WriteInt64LittleEndian(place[8..], record.From);
        BinaryPrimitives.WriteInt64LittleEndian(place[16..], record.To);
    }

    /// <summary>Reads a file, or answers null when it is none of these.</summary>
    public static SurvivorFile? Read(ReadOnlySpan<byte> bytes)
    {
        string[] lines = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, HeaderSize)]).Split('\n');
        if (lines.Length < 5 || lines[0] != Title || lines[2].Length == 0)
        {
            return null;
        }

        List<SurvivorRecord> records = [];
        for (int at = HeaderSize; at + PlaceSize <= bytes.Length; at += PlaceSize)
        {
            ReadOnlySpan<byte> place = bytes.Slice(at, PlaceSize);
            long pid = BinaryPrimitives.ReadInt64LittleEndian(place);
            if (pid is > 1 and <= int.MaxValue)
            {
                records.Add(new SurvivorRecord(
                    (int)pid, BinaryPrimitives.ReadInt64LittleEndian(place[8..]), BinaryPrimitives.ReadInt64LittleEndian(place[16..])));
            }
        }

        return new SurvivorFile { BootId = lines[1], MarkPrefix = lines[2], ControlGroup = lines[3], Records = records };
    }
}
