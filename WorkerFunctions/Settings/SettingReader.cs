using System.Globalization;
using System.Text.RegularExpressions;
using FuncExec.Orchestrator.Reading;
using Microsoft.Extensions.Configuration;

namespace FuncExec.WorkerFunctions.Settings;

/// <summary>Reads single settings; what is wrong is noted with its name and what is allowed, and the default stands.</summary>
internal sealed partial class SettingReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>A setting's text, or null when there is none; an empty one is none.</summary>
    public string? Text(string name) => configuration[name] is { Length: > 0 } text ? text : null;

    public long Number(string name, long fallback, long least, long most) =>
        Read(name, fallback, text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number
            : null, $"a whole number, {least} to {most}");

    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan least, TimeSpan most) =>
        Read(name, fallback, text => (text == "0" || Durations.TryParse(text, out _)) && ParseDuration(text) is var duration && duration >= least && duration <= most
            ? duration
            : null, $"a duration from {least:c} to {most:c}, such as 5s or 00:00:05");

    public bool Switch(string name, bool fallback) => Read(name, fallback, static text => bool.TryParse(text, out bool on) ? on : (bool?)null, "true or false");

    /// <summary>A number of bytes, with <c>KiB</c>, <c>MiB</c>, <c>GiB</c> or <c>TiB</c> after it or without.</summary>
    public long Bytes(string name, long fallback, long least, long most) =>
        Read(name, fallback, text => ParseBytes(text) is { } bytes && bytes >= least && bytes <= most
            ? bytes
            : null, $"a number of bytes from {least} to {most}, such as 1048576, 512KiB or 2GiB");

    public string Name(string name, string fallback)
    {
        string? text = Text(name);
        if (text is null || (text.Length <= 64 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')))
        {
            return text ?? fallback;
        }

        _faults.Add($"The setting '{name}' is not a name; allowed are 1 to 64 of the characters A-Z a-z 0-9 . _ -.");
        return fallback;
    }

    /// <summary>One of the names of an enumeration, in any case.</summary>
    public T Choice<T>(string name, T fallback)
        where T : struct, Enum => Read<T>(
            name, fallback, static text => Array.Find(Enum.GetNames<T>(), known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known ? Enum.Parse<T>(known) : null,
            string.Join(" or ", Enum.GetNames<T>().Select(static known => known.ToLowerInvariant())));

    /// <summary>A text of a certain form.</summary>
    public string Pattern(string name, string fallback, Regex pattern, string allowed)
    {
        if (Text(name) is not { } text || pattern.IsMatch(text))
        {
            return Text(name) ?? fallback;
        }

        Refuse(name, allowed);
        return fallback;
    }

    /// <summary>Notes that a setting is not what it may be.</summary>
    public void Refuse(string name, string allowed) =>
        _faults.Add($"The setting '{name.Replace(":", "__", StringComparison.Ordinal)}' is '{Text(name)}'; allowed is {allowed}.");

    /// <summary>Notes what is wrong where the value itself may be a secret, or more than one setting is.</summary>
    public void Note(string fault) => _faults.Add(fault);

    private static TimeSpan ParseDuration(string text) => Durations.TryParse(text, out TimeSpan duration) ? duration : TimeSpan.Zero;

    private static long? ParseBytes(string text)
    {
        Match match = Size().Match(text);
        if (!match.Success || !long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return null;
        }

        int shift = match.Groups[2].Value.ToUpperInvariant() switch
        {
            "KIB" => 10,
            "MIB" => 20,
            "GIB" => 30,
            "TIB" => 40,
            _ => 0,
        };
        return number <= long.MaxValue >> shift ? number << shift : null;
    }

    private T Read<T>(string name, T fallback, Func<string, T?> parse, string allowed)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (parse(text) is { } value)
        {
            return value;
        }

        Refuse(name, allowed);
        return fallback;
    }

    [GeneratedRegex(@"\A([0-9]{1,18}) ?((?i:[KMGT]iB)?)\z")]
    private static partial Regex Size();
}
