using FuncExec.Runtime.Functions.Front;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>Where the service listens.</summary>
/// <param name="Addresses">The addresses.</param>
/// <param name="IsPublic">Whether one of them can be reached from other machines.</param>
internal sealed record ListenAddresses(IReadOnlyList<string> Addresses, bool IsPublic)
{
    private const string Default = "http://127.0.0.1:7071";

    /// <summary>The addresses: <c>--urls</c>, else <c>ASPNETCORE_URLS</c>, else the port of <c>local.settings.json</c>, else port 7071.</summary>
    /// <exception cref="FunctionsStartException">One is none, or callers would not be safe there: what is missing.</exception>
    public static ListenAddresses Read(IConfiguration configuration, int? localPort, HttpAccess access, bool noAuth)
    {
        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            throw new FunctionsStartException("Kestrel__Endpoints has no effect here. Name the addresses by --urls or ASPNETCORE_URLS; certificates by Kestrel__Certificates.");
        }

        string text = First(configuration["urls"], configuration["ASPNETCORE_URLS"], configuration["DOTNET_URLS"])
            ?? (localPort is { } port ? $"http://127.0.0.1:{port}" : Default);
        string[] addresses = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool isPublic = false;
        foreach (string address in addresses)
        {
            BindingAddress parsed = Parse(address);
            if (!parsed.IsUnixPipe && !RequestRules.IsOwnName(parsed.Host))
            {
                isPublic = true;
                CheckPublic(address, parsed, access, noAuth);
            }

            if (parsed.Scheme == "https")
            {
                ServerCertificate.Check(configuration, address);
            }
        }

        return new ListenAddresses(addresses, isPublic);
    }

    private static BindingAddress Parse(string address)
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

        return parsed.Scheme is "http" or "https"
            ? parsed
            : throw new FunctionsStartException($"The service cannot listen on '{address}': it speaks http and https. Write one such as {Default}.");
    }

    private static void CheckPublic(string address, BindingAddress parsed, HttpAccess access, bool noAuth)
    {
        if (noAuth)
        {
            throw new FunctionsStartException($"The service does not listen on '{address}' without keys: it is not a loopback address, and everybody there could run commands here. Leave --no-auth (FuncExec__Http__NoAuth) away, or use {Default}.");
        }

        if (parsed.Scheme != "https" && !access.TlsTerminatedByProxy)
        {
            throw new FunctionsStartException(
                $"The service does not listen on '{address}': it is not a loopback address, and callers would send their keys unprotected. Use https (Kestrel__Certificates__Default__Path and …__KeyPath name the certificate), or put a proxy before it that speaks TLS and set {HttpAccess.TlsSetting}=true, or use {Default}.");
        }

        if (access.AllowedHosts.Count == 0)
        {
            throw new FunctionsStartException(
                $"The service does not listen on '{address}': it is not a loopback address, and {HttpAccess.AllowedHostsSetting} does not say by what names callers reach it (such as jobs.example.org, *.example.org).");
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
