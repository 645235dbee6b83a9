using System.Globalization;
using System.Text.Json;

namespace FuncExec.ExecutorPlugins.Http.Payload;

/// <summary>A set of status codes, 100 to 599.</summary>
internal sealed class StatusRanges(IReadOnlyList<(int From, int To)> ranges)
{
    private const int Lowest = 100;
    private const int Highest = 599;

    /// <summary>200 to 299.</summary>
    public static StatusRanges Successes { get; } = new([(200, 299)]);

    /// <summary>Whether it has the code.</summary>
    public bool Contains(int status)
    {
        foreach ((int from, int to) in ranges)
        {
            if (status >= from && status <= to)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads <c>200</c>, <c>"200"</c>, <c>"200-299"</c> or <c>"2xx"</c>.</summary>
    public static bool TryRead(JsonElement value, out (int From, int To) range)
    {
        range = default;
        if (value.ValueKind is JsonValueKind.Number)
        {
            return value.TryGetInt32(out int code) && TryMake(code, code, out range);
        }

        if (value.ValueKind is not JsonValueKind.String)
        {
            return false;
        }

        string text = value.GetString()!;
        if (text.Length == 3 && text[0] is >= '1' and <= '5' && text.EndsWith("xx", StringComparison.OrdinalIgnoreCase))
        {
            int hundreds = (text[0] - '0') * 100;
            return TryMake(hundreds, hundreds + 99, out range);
        }

        string[] ends = text.Split('-');
        return ends.Length <= 2 && TryCode(ends[0], out int from) && TryCode(ends[^1], out int to) && TryMake(from, to, out range);
    }

    private static bool TryMake(int from, int to, out (int From, int To) range)
    {
        range = (from, to);
        return from >= Lowest && to <= Highest && from <= to;
    }

    private static bool TryCode(string text, out int code)
    {
        code = 0;
        return text.Length == 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out code);
    }
}
