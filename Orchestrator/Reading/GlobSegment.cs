using System.Text;

namespace FuncExec.Orchestrator.Reading;

/// <summary>One segment of a <see cref="GlobPattern"/>.</summary>
internal sealed class GlobSegment
{
    private readonly Part[] _parts;

    private GlobSegment(Part[] parts) => _parts = parts;

    /// <summary><c>*</c>: any name.</summary>
    public static GlobSegment Any { get; } = new([new Part.Star()]);

    /// <summary>Reads one; answers what is wrong with it, or null.</summary>
    public static string? TryRead(string text, out GlobSegment? segment)
    {
        segment = null;
        List<Part> parts = [];
        Rune[] runes = [.. text.EnumerateRunes()];
        for (int index = 0; index < runes.Length; index++)
        {
            switch (runes[index].Value)
            {
                case '*' when index + 1 < runes.Length && runes[index + 1].Value == '*':
                    return $"'**' stands alone between slashes, and '{text}' has more.";
                case '*':
                    parts.Add(new Part.Star());
                    break;
                case '?':
                    parts.Add(new Part.One());
                    break;
                case '[':
                    int end = FindEnd(runes, index);
                    if (end < 0)
                    {
                        return $"'[' has no ']' in '{text}'; for the character itself write '[[]'.";
                    }

                    if (TryReadSet(runes.AsSpan(index + 1, end - index - 1), out Part.Set set) is { } fault)
                    {
                        return fault;
                    }

                    parts.Add(set);
                    index = end;
                    break;
                default:
                    parts.Add(new Part.Literal(runes[index]));
                    break;
            }
        }

        segment = new GlobSegment([.. parts]);
        return null;
    }

    /// <summary>Whether a name is one that it stands for. Goes back to the last star only, so that time stays bounded.</summary>
    public bool IsMatch(string name)
    {
        Rune[] runes = [.. name.EnumerateRunes()];
        int part = 0, rune = 0, star = -1, retry = 0;
        while (rune < runes.Length)
        {
            if (part < _parts.Length && _parts[part] is Part.Star)
            {
                star = part++;
                retry = rune;
            }
            else if (part < _parts.Length && _parts[part].Takes(runes[rune]))
            {
                part++;
                rune++;
            }
            else if (star >= 0)
            {
                part = star + 1;
                rune = ++retry;
            }
            else
            {
                return false;
            }
        }

        while (part < _parts.Length && _parts[part] is Part.Star)
        {
            part++;
        }

        return part == _parts.Length;
    }

    /// <summary>A ']' that comes first in a set belongs to it.</summary>
    private static int FindEnd(Rune[] runes, int start)
    {
        int first = start + 1 + (start + 1 < runes.Length && runes[start + 1].Value == '!' ? 1 : 0);
        return Array.FindIndex(runes, Math.Min(first + 1, runes.Length), static rune => rune.Value == ']');
    }

    private static string? TryReadSet(ReadOnlySpan<Rune> runes, out Part.Set set)
    {
        bool isNegated = runes[0].Value == '!';
        runes = isNegated ? runes[1..] : runes;
        List<(Rune From, Rune To)> ranges = [];
        set = new Part.Set(isNegated, ranges);
        for (int index = 0; index < runes.Length; index++)
        {
            bool isRange = index + 2 < runes.Length && runes[index + 1].Value == '-';
            (Rune from, Rune to) = (runes[index], runes[index + (isRange ? 2 : 0)]);
            if (from > to)
            {
                return $"The range '{from}-{to}' is backwards.";
            }

            ranges.Add((from, to));
            index += isRange ? 2 : 0;
        }

        return null;
    }

    private abstract record Part
    {
        public abstract bool Takes(Rune rune);

        public sealed record Star : Part
        {
            public override bool Takes(Rune rune) => false;
        }

        public sealed record One : Part
        {
            public override bool Takes(Rune rune) => true;
        }

        public sealed record Literal(Rune Value) : Part
        {
            public override bool Takes(Rune rune) => rune == Value;
        }

        public sealed record Set(bool IsNegated, IReadOnlyList<(Rune From, Rune To)> Ranges) : Part
        {
            public override bool Takes(Rune rune) => IsNegated != Ranges.Any(range => rune >= range.From && rune <= range.To);
        }
    }
}
