using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace FuncExec.ExecutorPlugins.Http;

/// <summary>Reads values out of a section of the configuration and names those that are none.</summary>
internal sealed class SettingReader(IConfigurationSection section)
{
    private static readonly string[] Clocks = [@"hh\:mm\:ss", @"hh\:mm\:ss\.FFFFFFF", @"d\.hh\:mm\:ss", @"d\.hh\:mm\:ss\.FFFFFFF"];

    private readonly List<string> _faults = [];

    /// <summary>What was wrong, by the settings' names.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>A whole number; null when absent or wrong.</summary>
    public long? Integer(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : Wrong(name, text, "a whole number", default(long?));
    }

    /// <summary>A duration such as <c>00:00:10</c>, <c>10s</c>, <c>500ms</c> or <c>1m</c>; null when absent or wrong.</summary>
    public TimeSpan? Duration(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return TimeSpan.TryParseExact(text, Clocks, CultureInfo.InvariantCulture, out TimeSpan clock) ? clock
            : Units(text) ?? Wrong(name, text, "a duration such as 10s, 500ms or 00:00:10", default(TimeSpan?));
    }

    /// <summary>The strings of an array, or of one value separated by commas; empty ones are left out.</summary>
    public IReadOnlyList<string> List(string name)
    {
        IConfigurationSection list = section.GetSection(name);
        IEnumerable<string> values = list.GetChildren().Select(static child => child.Value ?? "").Prepend(list.Value ?? "");
        return [.. values.SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
    }

    private static TimeSpan? Units(string text)
    {
        (string suffix, double milliseconds) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => ("ms", 1),
            _ when text.EndsWith('s') => ("s", 1_000),
            _ when text.EndsWith('m') => ("m", 60_000),
            _ => ("", 0d),
        };
        return suffix.Length > 0 && int.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? TimeSpan.FromMilliseconds(number * milliseconds)
            : null;
    }

    private string? Text(string name) => section[name] is { Length: > 0 } text ? text : null;

    private T Wrong<T>(string name, string text, string allowed, T nothing)
    {
        _faults.Add($"The setting '{section.Path.Replace(":", "__", StringComparison.Ordinal)}__{name}' is '{text}'; allowed is {allowed}.");
        return nothing;
    }
}
