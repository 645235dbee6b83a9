using System.Net;
using FuncExec.Runtime.Functions.Hosting;
using Microsoft.AspNetCore.Http;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>
/// What proxies say of a request that they hand on: believed when the connection is one of theirs, and then from the last of
/// them backwards, as far as those are proxies of ours too. The host is the request's own.
/// </summary>
internal static class ForwardedRequest
{
    private const string For = "X-Forwarded-For";
    private const string Protocol = "X-Forwarded-Proto";

    /// <summary>Takes over the caller's address and scheme.</summary>
    public static void Apply(HttpContext http, HttpAccess access)
    {
        if (access.Proxies.Count == 0 || http.Connection.RemoteIpAddress is not { } remote || !IsProxy(remote, access))
        {
            return;
        }

        string[] schemes = Values(http.Request.Headers[Protocol]);
        string[] callers = Values(http.Request.Headers[For]);
        int hops = 0;
        for (IPAddress from = remote; hops < callers.Length && IsProxy(from, access) && TryReadAddress(callers[^(hops + 1)], out IPAddress? caller); hops++)
        {
            http.Connection.RemoteIpAddress = from = caller;
        }

        // One scheme for each hop, or the same one from the first to the last.
        if (schemes.Length > 0 && (schemes.Length > hops ? schemes[^Math.Max(hops, 1)] : schemes[0]) is { } scheme
            && (scheme.Equals("https", StringComparison.OrdinalIgnoreCase) || scheme.Equals("http", StringComparison.OrdinalIgnoreCase)))
        {
            http.Request.Scheme = scheme.ToLowerInvariant();
        }
    }

    private static bool IsProxy(IPAddress address, HttpAccess access)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return access.Proxies.Any(network => network.Contains(plain));
    }

    private static string[] Values(string? header) => (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // With a port or without, IPv6 in brackets or not.
    private static bool TryReadAddress(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        if (IPAddress.TryParse(text, out address))
        {
            return true;
        }

        bool isRead = IPEndPoint.TryParse(text, out IPEndPoint? place);
        address = place?.Address;
        return isRead;
    }
}
