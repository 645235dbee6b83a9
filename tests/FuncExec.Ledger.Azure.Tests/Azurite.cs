using Azure.Data.Tables;
using Azure.Storage.Blobs;
using FuncExec.Ledger.Azure.Blobs;
using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>The storage emulator's blobs, one for all tests, its data in a directory of its own.</summary>
public sealed class Azurite : IAsyncLifetime
{
    internal const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly string _directory = Directory.CreateTempSubdirectory("azurite-").FullName;
    private EmulatorProcess? _process;
    private int _containers;

    /// <summary>Where its blob service is, without an account.</summary>
    public Uri Address => _process!.Address;

    /// <summary>The account.</summary>
    internal BlobServiceClient Open() => new(ConnectionString(Address), BlobContainer.Options());

    /// <summary>A connection string over an address, which may be a proxy's; it serves blobs and tables alike.</summary>
    public static string ConnectionString(Uri address, string key = Key)
    {
        string root = $"{address.AbsoluteUri.TrimEnd('/')}/{Account}";
        return $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};BlobEndpoint={root};TableEndpoint={root};";
    }

    /// <summary>The name of a container that nobody has.</summary>
    public string NewContainer() => $"test-{Interlocked.Increment(ref _containers)}-{Guid.NewGuid():N}";

    public async Task InitializeAsync() => _process = await EmulatorProcess.StartAsync("blob/main.js", "successfully listens on ", "--blobPort", "0", "--location", _directory);

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }
}

/// <summary>The storage emulator's tables, in its memory.</summary>
public class AzuriteTables : IAsyncLifetime
{
    private EmulatorProcess? _process;

    /// <summary>Where its table service is, without an account.</summary>
    public Uri Address => _process!.Address;

    /// <summary>The account.</summary>
    internal TableServiceClient Open() => Open(Address);

    /// <summary>The account over another way.</summary>
    internal static TableServiceClient Open(Uri address, TableClientOptions? options = null) =>
        new(Azurite.ConnectionString(address), options ?? LedgerTable.Options());

    /// <summary>The name of a table that nobody has.</summary>
    public static string NewTable() => $"test{Guid.NewGuid():N}";

    // The program of the tables alone does not tell which port it found.
    public async Task InitializeAsync() => _process = await EmulatorProcess.StartAsync(
        "azurite.js", "Table service is successfully listening at ", "--blobPort", "0", "--queuePort", "0", "--tablePort", "0", "--inMemoryPersistence");

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class AzuriteCollection : ICollectionFixture<Azurite>
{
    public const string Name = "Azurite";
}

[CollectionDefinition(Name)]
public sealed class AzuriteTablesCollection : ICollectionFixture<AzuriteTables>
{
    public const string Name = "Azurite tables";
}
