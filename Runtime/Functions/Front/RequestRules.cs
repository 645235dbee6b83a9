using System.Net;
using Microsoft.AspNetCore.Http;

namespace FuncExec.Runtime.Functions.Front;

/// <summary>
/// What protects a service from browsers that can reach it: names that lead elsewhere (DNS rebinding) and requests that other
/// sites make.
/// </summary>
internal static class RequestRules
{
    /// <summary>Whether a method only reads.</summary>
    public static bool IsReading(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    /// <summary>Whether a request asks how the service is: it may use any name, for it learns nothing else.</summary>
    public static bool IsProbe(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && (request.Path.Equals("/healthz", StringComparison.OrdinalIgnoreCase) || request.Path.Equals("/readyz", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a request asks for figures: where they are public, whoever scrapes them does it as a probe.</summary>
    public static bool IsMetrics(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Path.Equals("/metrics", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a host name is this machine's own: <c>localhost</c>, names below it, and loopback addresses.</summary>
    public static bool IsOwnName(string host)
    {
        string name = host.TrimEnd('.');
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return IPAddress.TryParse(name.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address);
    }

    /// <summary>Whether a connection came in on a loopback address (or on none, as over a Unix socket).</summary>
    public static bool IsOwnConnection(ConnectionInfo connection) =>
        connection.LocalIpAddress is not { } local || IPAddress.IsLoopback(local);

    /// <summary>Why a state-changing request must not be made from where it comes, or null.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tlsByProxy">Whether a request that came unencrypted may have been made by https.</param>
    public static string? RefuseOrigin(HttpRequest request, bool tlsByProxy)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { } site && site.Equals("cross-site", StringComparison.OrdinalIgnoreCase))
        {
            return "Another site made this request (Sec-Fetch-Site: cross-site).";
        }

        string origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return null;
        }

        bool own = Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
            && (uri.Scheme.Equals(request.Scheme, StringComparison.OrdinalIgnoreCase) || (tlsByProxy && uri.Scheme == Uri.UriSchemeHttps))
            && uri.Authority.Equals(new Uri($"{uri.Scheme}://{request.Host}").Authority, StringComparison.OrdinalIgnoreCase);
        return own ? null : "The Origin of this request is not this service.";
    }
}
