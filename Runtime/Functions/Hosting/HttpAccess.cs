using System.Net;
using FuncExec.Runtime.Functions.Front;
using Microsoft.Extensions.Configuration;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>By what names and ways the service may be reached from other machines.</summary>
/// <param name="AllowedHosts">Names beside this machine's own; <c>*.example.org</c> stands for all below <c>example.org</c>.</param>
/// <param name="TlsTerminatedByProxy">Whether what arrives unencrypted has come through a proxy that the callers reach by TLS.</param>
/// <param name="Proxies">Whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed. Nobody's, when empty.</param>
internal sealed record HttpAccess(IReadOnlyList<string> AllowedHosts, bool TlsTerminatedByProxy, IReadOnlyList<IPNetwork> Proxies)
{
    /// <summary>The setting of <see cref="AllowedHosts"/>.</summary>
    public const string AllowedHostsSetting = "FuncExec__Http__AllowedHosts";

    /// <summary>The setting of <see cref="TlsTerminatedByProxy"/>.</summary>
    public const string TlsSetting = "FuncExec__Http__TlsTerminatedByProxy";

    /// <summary>The setting of <see cref="Proxies"/>.</summary>
    public const string ProxiesSetting = "FuncExec__Http__Proxies";

    private const string Any = "*.";

    /// <summary>Reads the settings.</summary>
    /// <exception cref="FunctionsStartException">One of them is wrong: its name and what is allowed.</exception>
    public static HttpAccess Read(IConfiguration configuration) => new(
        [.. Split(configuration, AllowedHostsSetting).Select(ReadHost)],
        ReadSwitch(configuration[TlsSetting.Replace("__", ":", StringComparison.Ordinal)]),
        [.. Split(configuration, ProxiesSetting).Select(ReadProxy)]);

    /// <summary>Whether the service answers to a name.</summary>
    public bool Allows(string host)
    {
        string name = host.TrimEnd('.');
        return AllowedHosts.Any(allowed => allowed.StartsWith(Any, StringComparison.Ordinal)
            ? name.Length > allowed.Length - 1 && name.EndsWith(allowed.AsSpan(1), StringComparison.OrdinalIgnoreCase)
            : name.Equals(allowed, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Split(IConfiguration configuration, string setting)
    {
        string section = setting.Replace("__", ":", StringComparison.Ordinal);
        IEnumerable<string?> texts = configuration[section] is { } text ? text.Split(',', ';') : configuration.GetSection(section).GetChildren().Select(static child => child.Value);
        return texts.Select(static part => part?.Trim() ?? "").Where(static part => part.Length > 0);
    }

    private static string ReadHost(string text)
    {
        string name = text.StartsWith(Any, StringComparison.Ordinal) ? text[Any.Length..] : text;
        return Uri.CheckHostName(name.Trim('[', ']')) is UriHostNameType.Unknown
            ? throw new FunctionsStartException(
                $"{AllowedHostsSetting} has '{text}'. Allowed are names such as jobs.example.org, *.example.org for all below it, and addresses; no port, and no '*' alone.")
            : text;
    }

    private static bool ReadSwitch(string? text) => text switch
    {
        null or "" => false,
        _ when bool.TryParse(text, out bool on) => on,
        _ => throw new FunctionsStartException($"{TlsSetting} is '{text}'; allowed is true or false."),
    };

    private static IPNetwork ReadProxy(string text) =>
        IPNetwork.TryParse(text, out IPNetwork network) ? network
        : IPAddress.TryParse(text, out IPAddress? address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new FunctionsStartException($"{ProxiesSetting} has '{text}'. Allowed are addresses and networks such as 10.1.0.0/16 (the bits behind the prefix 0).");
}
