using Azure.Core;
using Azure.Identity;
using FuncExec.Ledger.Azure;
using Microsoft.Extensions.Configuration;

namespace FuncExec.WorkerFunctions.Settings;

/// <summary>Reads which storage account a setting names, as Azure Functions has it: a connection string, or a section for an identity.</summary>
internal static class StorageAccountReader
{
    /// <summary>The account, or null when that is at fault, which is noted.</summary>
    public static AzureStorageAccount? Read(IConfiguration configuration, SettingReader reader, string connection)
    {
        IConfigurationSection section = configuration.GetSection(connection);
        try
        {
            if ((section.Value ?? configuration.GetConnectionString(connection)) is { Length: > 0 } text)
            {
                return AzureStorageAccount.Parse(text);
            }

            if (section["accountName"] is { Length: > 0 } name)
            {
                return AzureStorageAccount.OfName(name, Credential(section));
            }

            if (section["tableServiceUri"] is { Length: > 0 } tables && section["blobServiceUri"] is { Length: > 0 } blobs)
            {
                return AzureStorageAccount.OfAddresses(Address(tables), Address(blobs), Credential(section));
            }
        }
        catch (FormatException exception)
        {
            reader.Note($"The setting '{connection}' is wrong. {exception.Message}");
            return null;
        }

        reader.Note(
            $"The ledger is to be kept in Azure Storage, and the setting '{connection}' names no account. Set it to a connection string, or "
            + $"'{connection}__accountName' to the account's name, or '{connection}__tableServiceUri' and '{connection}__blobServiceUri' to its addresses; "
            + "or 'FuncExec__Ledger__Type' to sqlite.");
        return null;
    }

    private static TokenCredential Credential(IConfigurationSection section)
    {
        string? clientId = section["clientId"] is { Length: > 0 } given ? given : null;
        if (section["credential"] is not { Length: > 0 } kind)
        {
            return new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId });
        }

        return kind.Equals("managedidentity", StringComparison.OrdinalIgnoreCase)
            ? new ManagedIdentityCredential(clientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId))
            : throw new FormatException($"Its 'credential' is '{kind}'; allowed is managedidentity, or none for whatever identity is there.");
    }

    private static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        ? address
        : throw new FormatException($"'{text}' is no address of a storage service.");
}
