using System.Net;

namespace FuncExec.WorkerFunctions.Hosting;

/// <summary>By what address programs of this machine reach the service.</summary>
internal static class OwnAddress
{
    /// <summary>
    /// One of those that it listens on, on loopback if there is one; that of loopback where it listens on all. Null when it listens
    /// nowhere, or on sockets without a port only.
    /// </summary>
    public static string? Choose(IEnumerable<string> addresses) => addresses
        .Where(static address => !address.Contains("//unix:", StringComparison.Ordinal))
        .Select(static address => Uri.TryCreate(Named(address), UriKind.Absolute, out Uri? uri) && uri.Port > 0 ? uri : null)
        .OfType<Uri>()
        .OrderByDescending(static uri => uri.IsLoopback)
        .Select(static uri => uri.GetLeftPart(UriPartial.Authority))
        .FirstOrDefault();

    /// <summary>Places of all of a machine's addresses are no names to call.</summary>
    private static string Named(string address)
    {
        string plain = address.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
        return Uri.TryCreate(plain, UriKind.Absolute, out Uri? uri) && IPAddress.TryParse(uri.Host.Trim('[', ']'), out IPAddress? ip)
            && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(uri) { Host = ip.Equals(IPAddress.Any) ? "127.0.0.1" : "[::1]" }.Uri.AbsoluteUri
            : plain;
    }
}
