using System.Text.RegularExpressions;

namespace FuncExec.ExecutorPlugins.Command.Policy;

/// <summary>One entry of a list: a program's name, an absolute path, or either with the wildcards * and ?.</summary>
internal sealed class PolicyEntry
{
    private readonly Regex _pattern;

    private PolicyEntry(string text)
    {
        Text = text;
        IsName = !text.Contains('/');
        IsPattern = text.AsSpan().ContainsAny('*', '?');
        string expression = Regex.Escape(text).Replace(@"\*", "[^/]*", StringComparison.Ordinal).Replace(@"\?", "[^/]", StringComparison.Ordinal);
        _pattern = new Regex($@"\A{expression}\z", RegexOptions.CultureInvariant);
    }

    /// <summary>As the setting has it.</summary>
    public string Text { get; }

    /// <summary>Whether it is a name, not a path.</summary>
    public bool IsName { get; }

    /// <summary>Whether it has wildcards; neither stands for a slash.</summary>
    public bool IsPattern { get; }

    /// <summary>Whether the name or path is what the entry says.</summary>
    public bool Matches(string text) => _pattern.IsMatch(text);

    /// <summary>Reads an entry, or says what is wrong with it.</summary>
    public static PolicyEntry? TryParse(string text, out string fault)
    {
        const int longest = 4096;
        fault = text.Length > longest ? $"is longer than {longest} characters"
            : text.Contains('\0') ? "contains the character NUL"
            : text.Contains('/') && !text.StartsWith('/') ? $"is '{text}': a path must be absolute, and a name has no slash"
            : text.Split('/') is var parts && parts.Any(static part => part is "." or "..") ? $"is '{text}': write the path without . and .."
            : text.EndsWith('/') ? $"is '{text}': that is a directory; '{text}*' stands for the programs in it"
            : "";
        return fault.Length == 0 ? new PolicyEntry(text) : null;
    }
}
