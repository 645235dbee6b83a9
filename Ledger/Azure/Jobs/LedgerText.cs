using System.Diagnostics.CodeAnalysis;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>Texts for people, which must leave room in their row for others.</summary>
internal static class LedgerText
{
    /// <summary>The most characters that are stored of one. What the service itself says is far shorter.</summary>
    internal const int Most = 16 * 1024;

    /// <summary>The text, or its beginning when it is longer than what is stored.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    internal static string? Cut(string? text)
    {
        if (text is null || text.Length <= Most)
        {
            return text;
        }

        // A pair of surrogates stays together.
        int length = char.IsHighSurrogate(text[Most - 2]) ? Most - 2 : Most - 1;
        return text[..length] + "…";
    }
}
