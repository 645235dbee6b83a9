using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using FuncExec.Ledger.Azure.Blobs;
using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure;

/// <summary>A storage account: where its tables and blobs are, and by what right they are used.</summary>
public sealed class AzureStorageAccount
{
    private readonly Func<TableClientOptions, TableServiceClient> _tables;
    private readonly Func<BlobClientOptions, BlobServiceClient> _blobs;

    private AzureStorageAccount(Func<TableClientOptions, TableServiceClient> tables, Func<BlobClientOptions, BlobServiceClient> blobs)
    {
        _tables = tables;
        _blobs = blobs;
    }

    /// <summary>An account that is used by its key, by a shared access signature, or the emulator.</summary>
    /// <param name="connectionString">As the portal shows it with the account's keys, or <c>UseDevelopmentStorage=true</c>.</param>
    /// <exception cref="FormatException">It is none; the message says why, and tells no secret.</exception>
    public static AzureStorageAccount Parse(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        AzureStorageAccount account = new(
            options => new TableServiceClient(connectionString, options), options => new BlobServiceClient(connectionString, options));
        try
        {
            account.OpenTables();
            account.OpenBlobs();
            return account;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException(
                $"It is no connection string of a storage account: {Explain(connectionString)} Copy it anew from the account's access keys.");
        }
    }

    /// <summary>An account of the public cloud, for an identity.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="credential">The identity; null for the machine's: its managed identity, or who has signed in on it.</param>
    /// <exception cref="FormatException">It is no name of an account.</exception>
    public static AzureStorageAccount OfName(string name, TokenCredential? credential)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is >= 3 and <= 24 && name.All(static c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c))
            ? OfAddresses(new Uri($"https://{name}.table.core.windows.net"), new Uri($"https://{name}.blob.core.windows.net"), credential)
            : throw new FormatException($"'{name}' is no name of a storage account: those have 3 to 24 lower-case letters and digits.");
    }

    /// <summary>An account anywhere, for an identity.</summary>
    /// <param name="tables">The address of its tables, such as <c>https://name.table.core.windows.net</c>.</param>
    /// <param name="blobs">The address of its blobs, such as <c>https://name.blob.core.windows.net</c>.</param>
    /// <param name="credential">The identity; null for the machine's: its managed identity, or who has signed in on it.</param>
    /// <exception cref="FormatException">It is no address, or tokens would go over a way that anybody can read.</exception>
    public static AzureStorageAccount OfAddresses(Uri tables, Uri blobs, TokenCredential? credential)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(blobs);
        foreach (Uri address in (Uri[])[tables, blobs])
        {
            if (address is not { IsAbsoluteUri: true, Scheme: "https" })
            {
                throw new FormatException($"'{address}' is no address of a storage service for an identity: those begin with https://.");
            }
        }

        TokenCredential identity = credential ?? new DefaultAzureCredential();
        return new AzureStorageAccount(
            options => new TableServiceClient(tables, identity, options), options => new BlobServiceClient(blobs, identity, options));
    }

    /// <summary>Its tables.</summary>
    internal TableServiceClient OpenTables() => _tables(LedgerTable.Options());

    /// <summary>Its blobs.</summary>
    internal BlobServiceClient OpenBlobs() => _blobs(BlobContainer.Options());

    // What the client's own message says may repeat a part of it.
    private static string Explain(string text)
    {
        string[] parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool Has(string name) => parts.Any(part => part.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase));
        if (parts.Any(static part => part.IndexOf('=') < 1))
        {
            return "It consists of name=value, separated by ';'.";
        }

        if (Has("UseDevelopmentStorage"))
        {
            return "'UseDevelopmentStorage' is true, or is not there.";
        }

        return (Has("AccountName") && Has("AccountKey")) || Has("SharedAccessSignature")
            ? "A name in it is not known, or a value is none: a key is base64, an endpoint an address."
            : "It has neither 'AccountName' with 'AccountKey' nor 'SharedAccessSignature'.";
    }
}
