using System.Globalization;
using System.Text;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>
/// Makes equal what some file system takes for the same name: by case, and by composed and decomposed characters. Done
/// here because the service runs without the libraries that .NET normalizes with.
/// </summary>
internal static class NameFolding
{
    private const int HangulFirst = 0xAC00, HangulCount = 11172, HangulVowels = 21, HangulTails = 28;

    private static readonly Lazy<Dictionary<int, string>> Decompositions = new(ReadDecompositions);

    /// <summary>A key that is the same for all names that collide.</summary>
    public static string Fold(string name) => (Ascii.IsValid(name) ? name : Decompose(name)).ToUpperInvariant();

    /// <summary>
    /// Decomposes, then orders each run of marks by code point. Unicode orders by class, which merges less: what it takes
    /// for equal is equal here.
    /// </summary>
    private static string Decompose(string name)
    {
        List<Rune> runes = [];
        foreach (Rune rune in name.EnumerateRunes())
        {
            // Upper case first: some capitals decompose where the small letter does not.
            Add(runes, Rune.ToUpperInvariant(rune).Value);
        }

        int start = 0;
        for (int index = 0; index <= runes.Count; index++)
        {
            if (index == runes.Count || !IsMark(runes[index]))
            {
                runes.Sort(start, index - start, Comparer<Rune>.Default);
                start = index + 1;
            }
        }

        return string.Concat(runes);
    }

    private static void Add(List<Rune> runes, int value)
    {
        int hangul = value - HangulFirst;
        if (hangul is >= 0 and < HangulCount)
        {
            runes.Add(new Rune(0x1100 + (hangul / (HangulVowels * HangulTails))));
            runes.Add(new Rune(0x1161 + (hangul % (HangulVowels * HangulTails) / HangulTails)));
            if (hangul % HangulTails is > 0 and int tail)
            {
                runes.Add(new Rune(0x11A7 + tail));
            }
        }
        else if (Decompositions.Value.TryGetValue(value, out string? parts))
        {
            runes.AddRange(parts.EnumerateRunes());
        }
        else
        {
            runes.Add(new Rune(value));
        }
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static Dictionary<int, string> ReadDecompositions()
    {
        Dictionary<int, string> read = [];
        using StreamReader reader = new(typeof(NameFolding).Assembly.GetManifestResourceStream("decompositions.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                int[] values = [.. line.Split(' ').Select(static digits => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
                read.Add(values[0], string.Concat(values[1..].Select(static value => new Rune(value).ToString())));
            }
        }

        return read;
    }
}
