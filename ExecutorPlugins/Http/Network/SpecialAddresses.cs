using System.Net;
using System.Net.Sockets;

namespace FuncExec.ExecutorPlugins.Http.Network;

/// <summary>
/// Which addresses are not the public internet: what stands behind them belongs to this machine, its network or its
/// cloud. After IANA's registries of special-purpose addresses.
/// </summary>
internal static class SpecialAddresses
{
    private static readonly (IPNetwork Network, string Reason)[] V4 =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "unspecified"),
        (IPNetwork.Parse("10.0.0.0/8"), "private"),
        (IPNetwork.Parse("100.64.0.0/10"), "carrier-grade NAT"),
        (IPNetwork.Parse("127.0.0.0/8"), "loopback"),
        (IPNetwork.Parse("168.63.129.16/32"), "cloud platform"), // Azure's, although its number is a public one.
        (IPNetwork.Parse("169.254.0.0/16"), "link-local"),
        (IPNetwork.Parse("172.16.0.0/12"), "private"),
        (IPNetwork.Parse("192.0.0.0/24"), "protocol assignment"),
        (IPNetwork.Parse("192.0.2.0/24"), "documentation"),
        (IPNetwork.Parse("192.88.99.0/24"), "6to4 relay"),
        (IPNetwork.Parse("192.168.0.0/16"), "private"),
        (IPNetwork.Parse("198.18.0.0/15"), "benchmarking"),
        (IPNetwork.Parse("198.51.100.0/24"), "documentation"),
        (IPNetwork.Parse("203.0.113.0/24"), "documentation"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        (IPNetwork.Parse("240.0.0.0/4"), "reserved"),
    ];

    // First those that deserve a name of their own; whatever else is outside 2000::/3 is no global unicast address.
    private static readonly (IPNetwork Network, string Reason)[] V6 =
    [
        (IPNetwork.Parse("::/128"), "unspecified"),
        (IPNetwork.Parse("::1/128"), "loopback"),
        (IPNetwork.Parse("fc00::/7"), "unique-local"),
        (IPNetwork.Parse("fe80::/10"), "link-local"),
        (IPNetwork.Parse("fec0::/10"), "site-local"),
        (IPNetwork.Parse("ff00::/8"), "multicast"),
        (IPNetwork.Parse("2001::/32"), "Teredo"),
        (IPNetwork.Parse("2001::/23"), "protocol assignment"),
        (IPNetwork.Parse("2001:db8::/32"), "documentation"),
        (IPNetwork.Parse("2002::/16"), "6to4"),
        (IPNetwork.Parse("3fff::/20"), "documentation"),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // RFC 6052: where only IPv6 is spoken, every IPv4 service is reached by it, so what is inside decides.
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Why the address is special, such as <c>loopback</c>; null when it is an ordinary public one.</summary>
    public static string? ReasonFor(IPAddress address)
    {
        IPAddress plain = Unmap(address);
        if (plain.AddressFamily is AddressFamily.InterNetwork)
        {
            return Find(V4, plain);
        }

        if (plain.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return "neither IPv4 nor IPv6";
        }

        return Nat64.Contains(plain) ? Find(V4, LastFourBytes(plain))
            : Find(V6, plain) ?? (GlobalUnicast.Contains(plain) ? null : "not global unicast");
    }

    /// <summary>
    /// The address that a connection really goes to: <c>::ffff:127.0.0.1</c> is 127.0.0.1. A scope is taken off, so that
    /// it hides no address from a comparison.
    /// </summary>
    public static IPAddress Unmap(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes())
        : address;

    private static string? Find((IPNetwork Network, string Reason)[] networks, IPAddress address)
    {
        foreach ((IPNetwork network, string reason) in networks)
        {
            if (network.Contains(address))
            {
                return reason;
            }
        }

        return null;
    }

    private static IPAddress LastFourBytes(IPAddress address) => new(address.GetAddressBytes().AsSpan(12));
}
