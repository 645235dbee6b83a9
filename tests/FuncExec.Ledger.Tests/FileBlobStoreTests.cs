using FuncExec.Ledger.Files;
using FuncExec.LedgerContract;

namespace FuncExec.Ledger.Tests;

/// <summary>The files keep the contract, and what is particular to them.</summary>
public sealed class FileBlobStoreTests(FileBlobStoreTests.Fixture fixture)
    : BlobStoreContract(fixture), IClassFixture<FileBlobStoreTests.Fixture>
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    private BlobsPlace Here => (BlobsPlace)Place;

    [Fact]
    public async Task Everything_is_its_owners_alone()
    {
        await Store.WriteAsync(new BlobName("job1", "a/b"), new byte[1], s_never);
        await Store.AppendAsync(new BlobName("job1", "c/d"), 0, new byte[1], s_never);
        await PutAsync("job1", [1]);

        const UnixFileMode Shared = (UnixFileMode)0b000_111_111;
        Assert.All(Here.Files(), static path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Shared));
        Assert.All(
            Directory.EnumerateDirectories(Here.Blobs, "*", SearchOption.AllDirectories).Append(Here.Blobs),
            static path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Shared));
    }

    [Fact]
    public async Task Equal_content_of_many_jobs_is_one_file_that_goes_with_the_last()
    {
        ContentId id = await PutAsync("job1", Noise(1, 100));
        await PutAsync("job2", Noise(1, 100));
        await Store.ShareContentAsync("job2", "job3", id.Hash, s_never);

        Assert.All(Here.Files(), static path => Assert.Equal(4, UnixFiles.Stat(path)!.Value.Links));
        Assert.Equal(4, Here.Files().Length);
        await Parallel.ForAsync(1, 4, async (i, _) => await Store.DeleteJobAsync($"job{i}", s_never));
        Assert.Empty(Here.Files());
    }

    [Fact]
    public async Task Content_whose_common_name_is_gone_is_shared_and_deleted_all_the_same()
    {
        ContentId id = await PutAsync("job1", Noise(1, 100));
        File.Delete(Here.Files().Single(path => path.Contains("/blobs/content/", StringComparison.Ordinal)));

        Assert.True(await Store.ShareContentAsync("job1", "job2", id.Hash, s_never));
        await PutAsync("job3", Noise(1, 100));
        foreach (string job in (string[])["job1", "job2", "job3"])
        {
            Assert.Equal(Noise(1, 100), await ReadContentAsync(job, id.Hash));
            await Store.DeleteJobAsync(job, s_never);
        }

        Assert.Empty(Here.Files());
    }

    [Fact]
    public async Task What_was_being_written_when_a_process_ended_is_removed_at_the_next_start()
    {
        string leftover = Path.Combine(Here.Blobs, "tmp", "leftover");
        await File.WriteAllTextAsync(leftover, "half");
        await ReopenAsync();
        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public async Task Nothing_is_left_of_what_was_not_stored()
    {
        Assert.Null(await Store.PutContentAsync("job1", new MemoryStream(new byte[100]), 10, s_never));
        Assert.Empty(Here.Files());
    }

    [Fact]
    public async Task A_second_store_over_one_directory_is_refused()
    {
        await using IBlobStore second = Here.CreateStore();
        LedgerStartException refused = await Assert.ThrowsAsync<LedgerStartException>(() => second.OpenAsync(s_never));
        Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_is_not_there_is_named()
    {
        await using var store = new FileBlobStore(Path.Combine(Here.Directory, "none"));
        LedgerStartException refused = await Assert.ThrowsAsync<LedgerStartException>(() => store.OpenAsync(s_never));
        Assert.Contains("does not exist. Create it", refused.Message, StringComparison.Ordinal);
    }

    public sealed class Fixture : IBlobFixture
    {
        public Task<BlobPlace> NewPlaceAsync() => Task.FromResult<BlobPlace>(new BlobsPlace());
    }
}
