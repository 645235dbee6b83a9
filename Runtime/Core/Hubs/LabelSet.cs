using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace FuncExec.Runtime.Hubs;

/// <summary>
/// Labels: what a node has, or what an activity asks of the node that runs it. A label is a word such as <c>gpu</c> or a pair such
/// as <c>os=linux</c>, compared as it is, case-sensitive. Trimmed, each once, in ordinal order: sets of the same labels are equal.
/// </summary>
public sealed class LabelSet : IEquatable<LabelSet>
{
    /// <summary>The most characters of one label.</summary>
    public const int MaxLength = 100;

    /// <summary>The most labels of one set.</summary>
    public const int MaxCount = 64;

    private const char Separator = ',';

    private static readonly SearchValues<char> _allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-:/+@=");

    private LabelSet(string[] labels)
    {
        Labels = labels;
        Text = string.Join(Separator, labels);
    }

    /// <summary>No labels: a node that has none, or an activity that runs anywhere.</summary>
    public static LabelSet Empty { get; } = new([]);

    /// <summary>The labels, in ordinal order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The labels with commas between: what <see cref="Parse"/> reads, and what hubs store.</summary>
    public string Text { get; }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Labels.Count == 0;

    /// <summary>Makes a set.</summary>
    /// <exception cref="FormatException">One is no label; the message says which and why.</exception>
    public static LabelSet Of(IEnumerable<string> labels) =>
        TryMake(labels, out LabelSet? set, out string? mistake) ? set : throw new FormatException(mistake);

    /// <summary>Reads labels with commas between; spaces around them and empty places do not count.</summary>
    /// <exception cref="FormatException">One is no label; the message says which and why.</exception>
    public static LabelSet Parse(string text) => TryParse(text, out LabelSet? set, out string? mistake) ? set : throw new FormatException(mistake);

    /// <summary>Reads labels as <see cref="Parse"/> does; false with the reason when one is no label.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LabelSet? set, [NotNullWhen(false)] out string? mistake)
    {
        if (text.Length == 0)
        {
            set = Empty;
            mistake = null;
            return true;
        }

        return TryMake(text.Split(Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), out set, out mistake);
    }

    /// <summary>Why a text is no label, or null when it is one.</summary>
    public static string? MistakeOf(string label)
    {
        if (label.Length is 0 or > MaxLength)
        {
            return $"A label has 1 to {MaxLength} characters; '{label}' has {label.Length}.";
        }

        if (label.AsSpan().ContainsAnyExcept(_allowed))
        {
            return $"'{label}' is no label: letters, digits and . _ - : / + @ may stand in it, and one = between a key and a value.";
        }

        int equals = label.IndexOf('=', StringComparison.Ordinal);
        return equals == 0 || equals == label.Length - 1 || equals != label.LastIndexOf('=')
            ? $"'{label}' is no label: a pair has one =, with a key before it and a value after it."
            : null;
    }

    /// <summary>Whether all labels of another set are in this one.</summary>
    public bool Includes(LabelSet asked)
    {
        if (asked.IsEmpty)
        {
            return true;
        }

        foreach (string label in asked.Labels)
        {
            if (Array.BinarySearch((string[])Labels, label, StringComparer.Ordinal) < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The labels of both.</summary>
    public LabelSet With(LabelSet more) => more.IsEmpty ? this : IsEmpty ? more : Of([.. Labels, .. more.Labels]);

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool TryMake(IEnumerable<string> labels, [NotNullWhen(true)] out LabelSet? set, [NotNullWhen(false)] out string? mistake)
    {
        string[] distinct = [.. labels.Select(static label => label.Trim()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        mistake = distinct.Length > MaxCount
            ? $"There are {distinct.Length} labels; at most {MaxCount} are taken."
            : distinct.Select(MistakeOf).FirstOrDefault(static one => one is not null);
        set = mistake is not null ? null : distinct.Length == 0 ? Empty : new LabelSet(distinct);
        return set is not null;
    }
}
