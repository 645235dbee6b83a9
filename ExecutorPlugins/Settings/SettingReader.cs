using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace FuncExec.ExecutorPlugins.Settings;

/// <summary>Reads settings and notes every wrong one by the name that its documentation uses.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];

    /// <summary>What is wrong, for people.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>How a setting is shown: as the environment has it.</summary>
    public static string Shown(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>true or false, or null when it is not set.</summary>
    public bool? Switch(string key)
    {
        string? text = configuration[key];
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (bool.TryParse(text, out bool value))
        {
            return value;
        }

        Add(key, $"is '{text}'; allowed are true and false");
        return null;
    }

    /// <summary>The entries of a comma-separated setting and of a list, each with the name of its setting; empty ones are left out.</summary>
    public IReadOnlyList<(string Key, string Value)> Entries(string commaSeparated, string list)
    {
        List<(string, string)> entries = [];
        foreach (string part in (configuration[commaSeparated] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            entries.Add((commaSeparated, part));
        }

        entries.AddRange(Entries(list));
        return entries;
    }

    /// <summary>The entries of a list; one that is a single value instead is a mistake.</summary>
    public IReadOnlyList<(string Key, string Value)> Entries(string list)
    {
        if (!string.IsNullOrEmpty(configuration[list]))
        {
            Add(list, $"is a list: set '{Shown(list)}__0', '{Shown(list)}__1' and so on");
        }

        return [.. configuration.GetSection(list).GetChildren()
            .Where(static child => !string.IsNullOrWhiteSpace(child.Value))
            .Select(static child => (child.Path, child.Value!.Trim()))
            .OrderBy(static entry => int.TryParse(entry.Path[(entry.Path.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : int.MaxValue)];
    }

    /// <summary>Notes that a setting is wrong; the text goes on after its name.</summary>
    public void Add(string key, string fault) => _faults.Add($"The setting '{Shown(key)}' {fault}.");
}
