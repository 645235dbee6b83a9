using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// The part of /proc/PID/stat that tells whose process it is. Pid and start time together name a process for good. That it
/// was started with no environment is not said of one that loads a program, that ends, or that is not ours to look into.
/// </summary>
internal sealed record ProcStat(int Pid, char State, int Parent, int Group, int Session, int Threads, long StartTime, bool HasNoEnvironment)
{
    /// <summary>Where the addresses of the environment are, counted from the state; proc(5).</summary>
    private const int EnvironmentStart = 47, EnvironmentEnd = 48;

    /// <summary>Whether it can still do anything: a dead one whose parent has not looked yet cannot.</summary>
    public bool IsAlive => State is not ('Z' or 'X') || Threads > 1;

    /// <summary>Reads it, or null when there is no such process.</summary>
    public static ProcStat? Read(int pid)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1024);
        try
        {
            int length = ProcFile.Read($"/proc/{pid}/stat", buffer);
            return length <= 0 ? null : Parse(pid, buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The ids of a process's children; whoever ends meanwhile may hide another from this look.</summary>
    public static void AddChildren(int pid, List<int> children)
    {
        string[] threads;
        try
        {
            threads = Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (IOException exception)
        {
            ProcessTableException.ThrowIfExhausted(exception.HResult);
            return; // It has ended: its children are found where they went.
        }
        catch (UnauthorizedAccessException)
        {
            return; // Likewise, as the kernel says it while a process is ending.
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        foreach (string thread in threads)
        {
            int length = ProcFile.Read(thread + "/children", buffer);
            ParseIds(buffer.AsSpan(0, Math.Max(0, length)), children);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Reads numbers that each end with a blank; one cut off by the buffer's end would be another process's.</summary>
    public static void ParseIds(ReadOnlySpan<byte> text, List<int> ids)
    {
        while (Utf8Parser.TryParse(text, out int id, out int used) && used < text.Length)
        {
            ids.Add(id);
            text = text[(used + 1)..];
        }
    }

    private static ProcStat? Parse(int pid, ReadOnlySpan<byte> text)
    {
        // The second field is the program's name in brackets and may contain anything.
        int end = text.LastIndexOf((byte)')');
        if (end < 0)
        {
            return null;
        }

        string[] fields = Encoding.ASCII.GetString(text[(end + 2)..]).Split(' ');
        return fields.Length < 20 ? null : new ProcStat(
            pid, fields[0][0], Number(fields[1]), Number(fields[2]), Number(fields[3]), Number(fields[17]), long.Parse(fields[19]),
            HasNoEnvironment: fields.Length > EnvironmentEnd && fields[EnvironmentEnd] is not "0" && fields[EnvironmentEnd] == fields[EnvironmentStart]);
    }

    private static int Number(string field) => int.Parse(field);
}
