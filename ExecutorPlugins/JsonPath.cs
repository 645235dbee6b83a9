namespace FuncExec.ExecutorPlugins;

/// <summary>Writes JSON paths.</summary>
internal static class JsonPath
{
    /// <summary>The path of a member: with a dot where its name allows, else in brackets and cut to a readable length.</summary>
    public static string Member(string parent, string name)
    {
        const int longest = 64;
        string shown = name.Length <= longest ? name : name[..longest] + "…";
        return shown.Length > 0 && shown.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_')
            ? $"{parent}.{shown}"
            : $"{parent}['{shown.Replace("\\", "\\\\").Replace("'", "\\'")}']";
    }
}
