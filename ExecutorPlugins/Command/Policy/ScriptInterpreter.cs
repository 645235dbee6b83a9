using System.Text;

namespace FuncExec.ExecutorPlugins.Command.Policy;

/// <summary>Reads which program a script's first line names.</summary>
internal static class ScriptInterpreter
{
    /// <summary>As much of the first line as the kernel looks at.</summary>
    private const int LongestLine = 256;

    /// <summary>
    /// The interpreter, and what it is told: <c>/usr/bin/env</c> and <c>python3</c> of <c>#!/usr/bin/env python3</c>; none
    /// of a file that is no script or cannot be read.
    /// </summary>
    public static (string? Path, string Argument) Read(string file)
    {
        Span<byte> buffer = stackalloc byte[LongestLine];
        int length;
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            length = stream.ReadAtLeast(buffer, LongestLine, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, "");
        }

        ReadOnlySpan<byte> text = buffer[..length];
        if (!text.StartsWith("#!"u8))
        {
            return (null, "");
        }

        int end = text.IndexOf((byte)'\n');
        string line = Encoding.UTF8.GetString(text[2..(end < 0 ? length : end)]).Trim(' ', '\t', '\r');
        int blank = line.AsSpan().IndexOfAny(' ', '\t');
        return blank < 0 ? (line, "") : (line[..blank], line[blank..].Trim());
    }
}
