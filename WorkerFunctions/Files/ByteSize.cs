using System.Globalization;

namespace FuncExec.WorkerFunctions.Files;

/// <summary>Numbers of bytes as people write and read them.</summary>
internal static class ByteSize
{
    public const long Kibi = 1024;
    public const long Mebi = 1024 * Kibi;
    public const long Gibi = 1024 * Mebi;
    public const long Tebi = 1024 * Gibi;
    public const long Pebi = 1024 * Tebi;

    private static readonly (string Unit, long Size)[] Units =
        [("PiB", Pebi), ("TiB", Tebi), ("GiB", Gibi), ("MiB", Mebi), ("KiB", Kibi), ("B", 1)];

    /// <summary>Reads a whole number with or without a unit: <c>1048576</c>, <c>64MiB</c>, <c>1 GiB</c>.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        long size = 1;
        foreach ((string unit, long unitSize) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                text = text[..^unit.Length].TrimEnd(' ');
                size = unitSize;
                break;
            }
        }

        bytes = 0;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number > long.MaxValue / size)
        {
            return false;
        }

        bytes = number * size;
        return true;
    }

    /// <summary>In the largest unit that it fills once, with at most one decimal.</summary>
    public static string Format(long bytes)
    {
        foreach ((string unit, long size) in Units)
        {
            if (bytes >= size)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / size:0.#} {unit}");
            }
        }

        return "0 B";
    }
}
