namespace FuncExec.Orchestrator.Reading;

/// <summary>Writes JSON paths.</summary>
internal static class JsonPath
{
    /// <summary>The path of a member: with a dot where its name allows, else in brackets; names are cut to a readable length.</summary>
    public static string Member(string parent, string name)
    {
        const int longest = 64;
        string shown = name.Length <= longest ? name : name[..longest] + "…";
        return shown.Length > 0 && shown.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_')
            ? $"{parent}.{shown}"
            : $"{parent}['{shown.Replace("\\", "\\\\").Replace("'", "\\'")}']";
    }

    /// <summary>A path from an inner root, as one from the document's.</summary>
    public static string Join(string root, string inner) => inner.StartsWith('$') ? root + inner[1..] : inner;
}
