using System.Globalization;
using System.Text.RegularExpressions;

namespace FuncExec.Orchestrator.Reading;

/// <summary>
/// Reads durations: <c>[d.]hh:mm:ss[.f]</c> with 1 to 7 digits, ISO 8601 without years and months (they have no fixed
/// length), and a number with <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>. Never negative.
/// </summary>
public static partial class Durations
{
    /// <summary>Reads a duration; false when the text is none.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        Match match = Clock().Match(text);
        if (match.Success)
        {
            // Hours end at 23 and minutes at 59: "24:00:00" means a day to some and 24 days to others.
            return TimeSpan.TryParseExact(
                text, [@"hh\:mm\:ss", @"hh\:mm\:ss\.FFFFFFF", @"d\.hh\:mm\:ss", @"d\.hh\:mm\:ss\.FFFFFFF"], CultureInfo.InvariantCulture, out duration);
        }

        match = Iso().Match(text);
        if (!match.Success)
        {
            match = Plain().Match(text);
        }

        if (!match.Success)
        {
            return false;
        }

        decimal seconds = (Number(match, "w") * 604_800) + (Number(match, "d") * 86_400) + (Number(match, "h") * 3_600)
            + (Number(match, "m") * 60) + Number(match, "s") + (Number(match, "ms") / 1_000);
        decimal ticks = decimal.Truncate(seconds * TimeSpan.TicksPerSecond);
        duration = TimeSpan.FromTicks((long)Math.Min(ticks, TimeSpan.MaxValue.Ticks));
        return true;
    }

    private static decimal Number(Match match, string group) =>
        match.Groups[group] is { Success: true } found ? decimal.Parse(found.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\A(?:[0-9]{1,8}\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,7})?\z")]
    private static partial Regex Clock();

    [GeneratedRegex(@"\AP(?=.)(?:(?<w>[0-9]{1,9})W)?(?:(?<d>[0-9]{1,9})D)?(?:T(?=.)(?:(?<h>[0-9]{1,9})H)?(?:(?<m>[0-9]{1,9})M)?(?:(?<s>[0-9]{1,9}(?:[.][0-9]{1,7})?)S)?)?\z")]
    private static partial Regex Iso();

    [GeneratedRegex(@"\A(?:(?<ms>[0-9]{1,9}(?:[.][0-9]{1,7})?)ms|(?<s>[0-9]{1,9}(?:[.][0-9]{1,7})?)s|(?<m>[0-9]{1,9}(?:[.][0-9]{1,7})?)m|(?<h>[0-9]{1,9}(?:[.][0-9]{1,7})?)h|(?<d>[0-9]{1,9}(?:[.][0-9]{1,7})?)d)\z")]
    private static partial Regex Plain();
}
