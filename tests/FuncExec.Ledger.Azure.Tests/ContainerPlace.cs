using Azure.Storage.Blobs;
using FuncExec.LedgerContract;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>A container for one test.</summary>
internal sealed class ContainerPlace(BlobServiceClient account, string container, int? maxBlocks = null) : BlobPlace
{
    private readonly string _directory = Directory.CreateTempSubdirectory("blobs-").FullName;

    public override string WorkDirectory => _directory;

    public override IBlobStore CreateStore() => new AzureBlobStore(account, container, maxBlocks);

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask; // The container goes with the emulator.
    }
}

/// <summary>Places in the emulator.</summary>
internal sealed class ContainerFixture(Azurite azurite, int? maxBlocks = null) : IBlobFixture
{
    public Task<BlobPlace> NewPlaceAsync() =>
        Task.FromResult<BlobPlace>(new ContainerPlace(azurite.Open(), azurite.NewContainer(), maxBlocks));
}
