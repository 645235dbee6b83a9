using System.Net;

namespace FuncExec.ExecutorPlugins.Http.Network;

/// <summary>The exceptions that the operator made: networks, and names whose addresses are taken on trust.</summary>
internal sealed class AllowedAddresses
{
    private readonly List<IPNetwork> _networks = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    private AllowedAddresses()
    {
    }

    /// <summary>Reads the setting's entries.</summary>
    /// <param name="entries">Addresses, networks such as <c>10.0.0.0/8</c>, and host names.</param>
    /// <param name="faults">Receives what is wrong, by the entry.</param>
    public static AllowedAddresses Read(IEnumerable<string> entries, ICollection<string> faults)
    {
        AllowedAddresses allowed = new();
        foreach (string entry in entries)
        {
            if (allowed.Add(entry.Trim()) is { } fault)
            {
                faults.Add($"'{entry}' {fault}");
            }
        }

        return allowed;
    }

    /// <summary>Whether the operator vouches for this name.</summary>
    public bool HasName(string host) => _names.Contains(host.TrimEnd('.'));

    /// <summary>Whether a connection to the address may be made.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="reason">Why not, such as <c>loopback</c>.</param>
    public bool Permits(IPAddress address, out string? reason)
    {
        reason = SpecialAddresses.ReasonFor(address);
        if (reason is null)
        {
            return true;
        }

        IPAddress plain = SpecialAddresses.Unmap(address);
        return _networks.Exists(network => network.Contains(plain));
    }

    private string? Add(string entry)
    {
        if (entry.Contains('/'))
        {
            // 10.0.0.1/8 may be meant as one address or as sixteen million: who wrote it has to say.
            return IPNetwork.TryParse(entry, out IPNetwork network)
                && IPAddress.TryParse(entry.AsSpan(0, entry.IndexOf('/')), out IPAddress? first) && first.Equals(network.BaseAddress)
                ? AddNetwork(network)
                : "is no network: write its first address and the length of its prefix, such as 10.0.0.0/8";
        }

        if (IPAddress.TryParse(entry, out IPAddress? address))
        {
            return AddNetwork(new IPNetwork(address, address.GetAddressBytes().Length * 8));
        }

        if (Uri.CheckHostName(entry) is not UriHostNameType.Dns || entry.Any(static c => !char.IsAscii(c)))
        {
            return "is neither an address nor a network nor a host name in ASCII";
        }

        _names.Add(entry.TrimEnd('.'));
        return null;
    }

    private string? AddNetwork(IPNetwork network)
    {
        if (network.BaseAddress.IsIPv4MappedToIPv6)
        {
            return "is an IPv4 address in an IPv6 form: write it as IPv4";
        }

        _networks.Add(network);
        return null;
    }
}
