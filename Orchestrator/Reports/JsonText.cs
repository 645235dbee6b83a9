namespace FuncExec.Orchestrator.Reports;

/// <summary>Measures texts as JSON strings; where an encoder may choose, the longer form counts.</summary>
internal static class JsonText
{
    public static long Length(string text)
    {
        long length = 0;
        foreach (char c in text)
        {
            length += Width(c);
        }

        return length;
    }

    /// <summary>The longest end of a text that is no longer than so much; never half a surrogate pair.</summary>
    public static string Tail(string text, long length)
    {
        int start = text.Length;
        while (start > 0 && (length -= Width(text[start - 1])) >= 0)
        {
            start--;
        }

        if (start > 0 && start < text.Length && char.IsLowSurrogate(text[start]))
        {
            start++;
        }

        return text[start..];
    }

    private static int Width(char c) => c switch
    {
        '\n' or '\r' or '\t' or '\b' or '\f' or '\\' => 2,
        '"' or '&' or '\'' or '+' or '<' or '>' or '`' or < ' ' or > '~' => 6,
        _ => 1,
    };
}
