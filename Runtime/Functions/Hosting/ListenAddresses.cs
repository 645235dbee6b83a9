using FuncExec.Runtime.Functions.Front;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>Where the service listens.</summary>
internal static class ListenAddresses
{
    private const string Default = "http://127.0.0.1:7071";

    /// <summary>The addresses: <c>--urls</c>, else <c>ASPNETCORE_URLS</c>, else the port of <c>local.settings.json</c>, else port 7071.</summary>
    /// <exception cref="FunctionsStartException">One is not on loopback, or none at all.</exception>
    public static IReadOnlyList<string> Read(IConfiguration configuration, int? localPort)
    {
        string text = First(configuration["urls"], configuration["ASPNETCORE_URLS"], configuration["DOTNET_URLS"])
            ?? (localPort is { } port ? $"http://127.0.0.1:{port}" : Default);
        string[] addresses = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string address in addresses)
        {
            Check(address);
        }

        return addresses;
    }

    private static void Check(string address)
    {
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(address);
        }
        catch (FormatException exception)
        {
            throw new FunctionsStartException($"'{address}' is no address to listen on. Write one such as {Default} (--urls, ASPNETCORE_URLS).", exception);
        }

        if (!parsed.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase))
        {
            throw new FunctionsStartException($"The service cannot listen on '{address}': this version offers http only. Use {Default}.");
        }

        if (!parsed.IsUnixPipe && !RequestRules.IsOwnName(parsed.Host))
        {
            throw new FunctionsStartException(
                $"The service does not listen on '{address}': it is not a loopback address, and callers would send their keys unprotected. Use {Default}; to be reached from elsewhere, put a tunnel such as ssh before it.");
        }
    }

    private static string? First(params ReadOnlySpan<string?> texts)
    {
        foreach (string? text in texts)
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                return text;
            }
        }

        return null;
    }
}
