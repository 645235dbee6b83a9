using FuncExec.LedgerContract;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>The container keeps the contract.</summary>
[Collection(AzuriteCollection.Name)]
public sealed class AzureBlobStoreTests(Azurite azurite) : BlobStoreContract(new ContainerFixture(azurite));

/// <summary>It keeps it too when a stream takes many blobs.</summary>
[Collection(AzuriteCollection.Name)]
public sealed class SplitBlobStoreTests(Azurite azurite) : BlobStoreContract(new ContainerFixture(azurite, maxBlocks: 2))
{
    [Fact]
    public async Task A_stream_over_many_blobs_is_read_shared_and_deleted_as_one()
    {
        BlobName name = new("job1", "out");
        byte[] all = Noise(1, 1_000);
        for (int offset = 0; offset < all.Length; offset += 100)
        {
            Assert.Equal(new AppendOutcome(true, offset + 100), await Store.AppendAsync(name, offset, all.AsMemory(offset, 100), default));
            if (offset == 300)
            {
                await ReopenAsync(); // Where it ends must be found anew.
            }
        }

        Assert.Equal(new AppendOutcome(false, 1_000), await Store.AppendAsync(name, 0, all.AsMemory(0, 100), default));
        Assert.Equal(new AppendOutcome(false, 1_000), await Store.AppendAsync(name, 900, all.AsMemory(0, 100), default));
        Assert.True(await Store.ShareAsync(name, "job2", default));
        await Store.DeleteAsync(name, default);

        Assert.Null(await ReadAsync(name));
        Assert.Equal(all, await ReadAsync(new BlobName("job2", "out")));
        Assert.Equal(["job2"], await ListJobsAsync());
    }
}
