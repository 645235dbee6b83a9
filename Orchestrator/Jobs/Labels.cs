namespace FuncExec.Orchestrator.Jobs;

/// <summary>
/// Labels of nodes, as the runtime's hubs take them: a word such as <c>gpu</c> or a pair such as <c>os=linux</c>, case-sensitive.
/// Said here once more, for the app is built without that runtime too.
/// </summary>
public static class Labels
{
    /// <summary>The most characters of one label.</summary>
    public const int MaxLength = 100;

    /// <summary>The most labels of a task.</summary>
    public const int MaxCount = 32;

    /// <summary>What a label is, for messages.</summary>
    public const string Rule = "a word such as gpu or a pair such as os=linux: 1 to 100 of the characters A-Z a-z 0-9 . _ - : / + @, and one = between a key and a value";

    private const string Punctuation = "._-:/+@";

    /// <summary>Whether it is one.</summary>
    public static bool IsLabel(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return text.Length is >= 1 and <= MaxLength
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '=' || Punctuation.Contains(c, StringComparison.Ordinal))
            && equals != 0 && (equals < 0 || (equals < text.Length - 1 && equals == text.LastIndexOf('=')));
    }

    /// <summary>Labels each once, in ordinal order.</summary>
    public static IReadOnlyList<string> Canonical(IEnumerable<string> labels) =>
        [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Labels in order with commas between, as tags and settings have them.</summary>
    public static string Join(IEnumerable<string> labels) => string.Join(',', labels);
}
