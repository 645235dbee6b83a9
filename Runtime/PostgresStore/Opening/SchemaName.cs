using System.Text.RegularExpressions;

namespace FuncExec.Runtime.PostgresStore.Opening;

/// <summary>Which schema a hub's stores live in.</summary>
internal static partial class SchemaName
{
    /// <summary>PostgreSQL's bound for a name is 63 bytes; longer ones it cuts without a word.</summary>
    private const int Longest = 63;

    /// <summary>The schema of a hub: <c>funcexec_</c> and its name in lower case, with <c>_</c> for <c>-</c>.</summary>
    /// <exception cref="ArgumentException">The name is none, or too long.</exception>
    internal static string OfHub(string hubName)
    {
        string schema = "funcexec_" + hubName.ToLowerInvariant().Replace('-', '_');
        return HubName().IsMatch(hubName) && schema.Length <= Longest
            ? schema
            : throw new ArgumentException(
                $"The hub's name is '{hubName}'. On PostgreSQL 1 to {Longest - "funcexec_".Length} letters, digits, '-' and '_' are allowed.", nameof(hubName));
    }

    [GeneratedRegex("^[A-Za-z0-9_-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex HubName();
}
