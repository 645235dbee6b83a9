using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FuncExec.Ledger.Azure.Tables;

/// <summary>Texts as parts of keys, which have few characters that are safe and at most 512 of them.</summary>
internal static class KeyText
{
    /// <summary>Stands after an id in a key: it comes before all characters of ids, so that keys are in the order of ids.</summary>
    internal const char End = '!';

    private const int Longest = 128;
    private const string Alphabet = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    /// <summary>Whether it may stand in keys as it is, and may be complemented.</summary>
    internal static bool IsPlain(string text) => text.Length is > 0 and <= Longest && text.All(static c => Alphabet.Contains(c, StringComparison.Ordinal));

    /// <summary>A text as itself, or as its hash where it may not stand in a key.</summary>
    internal static string Of(string text) => IsPlain(text) ? text : "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A plain text whose order is the other way round.</summary>
    internal static string Complement(string text)
    {
        var key = new StringBuilder(text.Length + 1);
        foreach (char c in text)
        {
            key.Append(Alphabet[Alphabet.Length - 1 - Alphabet.IndexOf(c, StringComparison.Ordinal)]);
        }

        // What is longer comes first, as it comes last the right way round.
        return key.Append('~').ToString();
    }

    internal static string Number(long number) => number.ToString("D19", CultureInfo.InvariantCulture);
}
