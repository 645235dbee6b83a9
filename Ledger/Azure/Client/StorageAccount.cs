using Azure.Core;

namespace FuncExec.Ledger.Azure.Client;

/// <summary>A storage account: where it is, and by what right it is spoken to.</summary>
public sealed class StorageAccount
{
    /// <summary>The emulator's account and key, which are public.</summary>
    private const string EmulatorName = "devstoreaccount1";

    private const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private StorageAccount(string name, Uri blobs)
    {
        Name = name;
        Blobs = blobs;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where its blobs are, without a slash at the end.</summary>
    public Uri Blobs { get; }

    /// <summary>Its key; null where another right is used.</summary>
    internal byte[]? Key { get; private init; }

    /// <summary>A shared access signature, without the question mark; or null.</summary>
    internal string? Signature { get; private init; }

    /// <summary>Who speaks; or null.</summary>
    internal TokenCredential? Credential { get; private init; }

    /// <summary>The account of somebody who has an identity.</summary>
    /// <param name="blobs">The address of its blobs, such as <c>https://name.blob.core.windows.net</c>.</param>
    /// <param name="credential">The identity.</param>
    public static StorageAccount Of(Uri blobs, TokenCredential credential)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        ArgumentNullException.ThrowIfNull(credential);
        return new StorageAccount(blobs.Host.Split('.')[0], Trim(blobs)) { Credential = credential };
    }

    /// <summary>Reads a connection string: of an account key, of a shared access signature, or of the emulator.</summary>
    /// <exception cref="FormatException">It is none; the message says what is missing, and no secret.</exception>
    public static StorageAccount Parse(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        Dictionary<string, string> parts = ReadParts(connectionString);
        if (parts.TryGetValue("UseDevelopmentStorage", out string? emulator) && emulator.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            string proxy = parts.GetValueOrDefault("DevelopmentStorageProxyUri", "http://127.0.0.1");
            return new StorageAccount(EmulatorName, Address($"{proxy.TrimEnd('/')}:10000/{EmulatorName}", "DevelopmentStorageProxyUri"))
            {
                Key = Convert.FromBase64String(EmulatorKey),
            };
        }

        string? signature = parts.GetValueOrDefault("SharedAccessSignature")?.TrimStart('?');
        string? name = parts.GetValueOrDefault("AccountName");
        string? address = parts.GetValueOrDefault("BlobEndpoint");
        if (address is null && name is null)
        {
            throw new FormatException("The connection string of the storage account has neither 'AccountName' nor 'BlobEndpoint'.");
        }

        Uri blobs = Address(
            address ?? $"{parts.GetValueOrDefault("DefaultEndpointsProtocol", "https")}://{name}.blob.{parts.GetValueOrDefault("EndpointSuffix", "core.windows.net")}",
            "BlobEndpoint");
        if (signature is not null)
        {
            return new StorageAccount(name ?? blobs.Host.Split('.')[0], blobs) { Signature = signature };
        }

        if (name is null || !parts.TryGetValue("AccountKey", out string? key))
        {
            throw new FormatException("The connection string of the storage account needs 'AccountName' and 'AccountKey', or 'SharedAccessSignature'.");
        }

        return new StorageAccount(name, blobs) { Key = ReadKey(key) };
    }

    private static Dictionary<string, string> ReadParts(string connectionString)
    {
        Dictionary<string, string> parts = new(StringComparer.OrdinalIgnoreCase);
        foreach (string part in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException("The connection string of the storage account is not a list of 'name=value' between semicolons.");
            }

            parts[part[..equals].Trim()] = part[(equals + 1)..].Trim();
        }

        return parts;
    }

    private static byte[] ReadKey(string key)
    {
        try
        {
            return Convert.FromBase64String(key);
        }
        catch (FormatException)
        {
            throw new FormatException("The 'AccountKey' of the storage account is not Base64: copy it whole.");
        }
    }

    private static Uri Address(string text, string name) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? Trim(address)
            : throw new FormatException($"The '{name}' of the storage account is no http or https address.");

    private static Uri Trim(Uri address) => new(address.GetLeftPart(UriPartial.Path).TrimEnd('/'));
}
