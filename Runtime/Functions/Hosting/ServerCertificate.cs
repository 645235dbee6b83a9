using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;

namespace FuncExec.Runtime.Functions.Hosting;

/// <summary>The certificate that the settings name for https, as the server will read it.</summary>
internal static class ServerCertificate
{
    private const string Section = "Kestrel:Certificates:Default";
    private const string Remedy =
        "Name it by Kestrel__Certificates__Default__Path, with Kestrel__Certificates__Default__KeyPath for a PEM file or Kestrel__Certificates__Default__Password for a PFX file.";

    /// <summary>Tries it, so that a wrong one ends the start with its reason.</summary>
    /// <exception cref="FunctionsStartException">There is none, or it cannot be read.</exception>
    public static void Check(IConfiguration configuration, string address)
    {
        IConfigurationSection section = configuration.GetSection(Section);
        if (!string.IsNullOrEmpty(section["Subject"]))
        {
            return; // From the machine's own store, which the server searches.
        }

        if (section["Path"] is not { Length: > 0 } path)
        {
            throw new FunctionsStartException($"The service cannot listen on '{address}' without a certificate. {Remedy}");
        }

        try
        {
            Load(path, section["KeyPath"], section["Password"]).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FunctionsStartException($"The certificate {path} cannot be read: {exception.Message} {Remedy}", exception);
        }
    }

    private static X509Certificate2 Load(string path, string? keyPath, string? password) => keyPath switch
    {
        null or "" => X509CertificateLoader.LoadPkcs12FromFile(path, password),
        _ when string.IsNullOrEmpty(password) => X509Certificate2.CreateFromPemFile(path, keyPath),
        _ => X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath),
    };
}
