namespace FuncExec.ExecutorPlugins.Http.Calls;

/// <summary>Writes a URL for people: without user, fragment and the values of its query, which may be secrets.</summary>
internal static class RedactedUrl
{
    private const string Hidden = "***";

    /// <summary>The URL, such as <c>https://example.com/a?key=***</c>.</summary>
    public static string Of(Uri url)
    {
        string place = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return url.Query.Length < 2 ? place : $"{place}?{string.Join('&', url.Query[1..].Split('&').Select(Hide))}";
    }

    private static string Hide(string pair) => pair.IndexOf('=') is var at and > 0 ? $"{pair[..at]}={Hidden}" : Hidden;
}
