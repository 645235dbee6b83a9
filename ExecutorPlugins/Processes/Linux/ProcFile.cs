namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>Reads files of /proc, which have no length and may vanish at any moment.</summary>
internal static unsafe class ProcFile
{
    /// <summary>Reads as much as fits; -1 when the file is not there or may not be read.</summary>
    /// <exception cref="ProcessTableException">No descriptor or memory is left: nothing is known of the process.</exception>
    public static int Read(string path, Span<byte> buffer)
    {
        int fd = LibC.Open(path, LibC.OpenReadOnly | LibC.CloseOnExec);
        if (fd < 0)
        {
            ProcessTableException.ThrowIfExhausted(System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
            return -1;
        }

        int total = 0;
        fixed (byte* start = buffer)
        {
            nint count;
            while (total < buffer.Length && (count = LibC.Read(fd, start + total, buffer.Length - total)) > 0)
            {
                total += (int)count;
            }
        }

        _ = LibC.Close(fd);
        return total;
    }

    /// <summary>The most memory that a process has had since its program was loaded, in bytes; 0 when it is not told.</summary>
    public static long ReadPeakMemory(int pid)
    {
        Span<byte> buffer = stackalloc byte[4096];
        int length = Read($"/proc/{pid}/status", buffer);
        ReadOnlySpan<byte> text = buffer[..Math.Max(0, length)];
        int at = text.IndexOf("VmHWM:"u8);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(text[(at + 6)..].TrimStart(" \t"u8), out long kib, out _) ? kib * 1024 : 0;
    }

    /// <summary>
    /// The environment that a process was started with; null when there is no such process or it is not ours to look
    /// into, and empty also while it loads a program and while it ends (<see cref="ProcStat.HasNoEnvironment"/> tells).
    /// </summary>
    public static byte[]? ReadEnvironment(int pid)
    {
        byte[] buffer = new byte[16 * 1024];
        int length;
        while ((length = Read($"/proc/{pid}/environ", buffer)) == buffer.Length && length < 4 * 1024 * 1024)
        {
            buffer = new byte[2 * buffer.Length];
        }

        return length < 0 ? null : buffer[..length];
    }

    /// <summary>The value of a variable in the environment that a process was started with, or null.</summary>
    public static string? ReadVariable(int pid, string name) => FindVariable(ReadEnvironment(pid), name);

    /// <summary>The value of a variable in an environment, or null.</summary>
    public static string? FindVariable(ReadOnlySpan<byte> text, string name)
    {
        byte[] prefix = System.Text.Encoding.UTF8.GetBytes(name + "=");
        foreach (Range range in text.Split((byte)0))
        {
            ReadOnlySpan<byte> variable = text[range];
            if (variable.StartsWith(prefix))
            {
                return System.Text.Encoding.UTF8.GetString(variable[prefix.Length..]);
            }
        }

        return null;
    }
}
