using System.Buffers;

namespace FuncExec.ExecutorPlugins.Http.Payload;

/// <summary>Which headers a job may send, and which of them go along to another origin.</summary>
internal static class HeaderRules
{
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // They say where the request goes, how its message is cut and how the connection is used: that is the executor's part.
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization",
        "TE", "Trailer", "Upgrade", "Expect", "HTTP2-Settings",
    };

    // Any header may be a credential, so what crosses to another origin is what certainly is none.
    private static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Cache-Control", "Content-Encoding", "Content-Language",
        "Content-Type", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Pragma", "Range",
        "User-Agent",
    };

    /// <summary>Whether the text may be the name of a header or a method.</summary>
    public static bool IsToken(string text) => text.Length > 0 && text.AsSpan().IndexOfAnyExcept(Token) < 0;

    /// <summary>Whether the header is the executor's to set.</summary>
    public static bool IsOwn(string name) => Own.Contains(name);

    /// <summary>Whether the text may be a value: printable ASCII, blanks and tabs.</summary>
    public static bool IsValue(string text) => text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 || text.All(static c => c is '\t' or (>= ' ' and <= '~'));

    /// <summary>Whether the header goes along when a redirect leads to another scheme, host or port.</summary>
    public static bool CrossesOrigins(string name) => Harmless.Contains(name);

    /// <summary>Whether the header speaks of the body and goes with it.</summary>
    public static bool DescribesBody(string name) => name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
}
