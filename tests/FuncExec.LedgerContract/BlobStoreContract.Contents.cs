namespace FuncExec.LedgerContract;

public abstract partial class BlobStoreContract
{
    [Fact]
    public async Task Content_is_known_by_its_hash()
    {
        byte[] content = Noise(1, 500_000);

        ContentId id = await PutAsync("job1", content);
        ContentId again = await PutAsync("job1", content);

        Assert.Equal(new ContentId(Hash(content), content.Length), id);
        Assert.Equal(id, again);
        await ReopenAsync();
        Assert.Equal(content, await ReadContentAsync("job1", id.Hash));
        Assert.Null(await ReadContentAsync("job2", id.Hash));
        Assert.Null(await ReadContentAsync("job1", Hash(Noise(2, 1))));
        await using Stream stream = (await Store.OpenContentAsync("job1", id.Hash, s_never))!;
        stream.Position = 499_999;
        Assert.Equal(content[^1], stream.ReadByte());
        Assert.Equal(500_000, stream.Length);
    }

    [Fact]
    public async Task Content_may_be_empty()
    {
        ContentId id = await PutAsync("job1", []);
        Assert.Equal((Hash([]), 0L), (id.Hash, id.Size));
        Assert.Equal(Array.Empty<byte>(), await ReadContentAsync("job1", id.Hash));
    }

    [Fact]
    public async Task Content_that_is_too_large_is_not_stored()
    {
        byte[] content = Noise(1, 100);
        Assert.Null(await Store.PutContentAsync("job1", new MemoryStream(content), 99, s_never));
        Assert.Null(await ReadContentAsync("job1", Hash(content)));
        Assert.NotNull(await Store.PutContentAsync("job1", new MemoryStream(content), 100, s_never));
    }

    [Fact]
    public async Task What_the_stream_throws_is_the_callers_and_nothing_is_stored()
    {
        using var cancelled = new CancellationTokenSource();
        var stream = new BrokenStream(Noise(1, 200_000), () => throw new TimeZoneNotFoundException());
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => Store.PutContentAsync("job1", stream, long.MaxValue, s_never));
        stream = new BrokenStream(Noise(1, 200_000), cancelled.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutContentAsync("job1", stream, long.MaxValue, cancelled.Token));
        Assert.Null(await ReadContentAsync("job1", Hash(Noise(1, 200_000))));
    }

    [Fact]
    public async Task Content_stays_until_the_last_job_that_shares_it_goes()
    {
        byte[] content = Noise(1, 10_000);
        ContentId id = await PutAsync("job1", content);
        await PutAsync("job2", content);
        Assert.True(await Store.ShareContentAsync("job1", "job3", id.Hash, s_never));
        Assert.True(await Store.ShareContentAsync("job1", "job3", id.Hash, s_never));
        Assert.False(await Store.ShareContentAsync("none", "job4", id.Hash, s_never));

        await Store.DeleteJobAsync("job1", s_never);
        Assert.Null(await ReadContentAsync("job1", id.Hash));
        Assert.Equal(content, await ReadContentAsync("job2", id.Hash));
        await Store.DeleteJobAsync("job2", s_never);
        Assert.Equal(content, await ReadContentAsync("job3", id.Hash));
        Assert.True(await Store.ShareContentAsync("job3", "job5", id.Hash, s_never));
        await Store.DeleteJobAsync("job3", s_never);
        Assert.Equal(content, await ReadContentAsync("job5", id.Hash));
        await Store.DeleteJobAsync("job5", s_never);
        Assert.Null(await ReadContentAsync("job5", id.Hash));
        Assert.Equal(content, await ReadContentAsync("job6", (await PutAsync("job6", content)).Hash));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(9_000_000)]
    public async Task A_materialized_file_is_the_callers_to_change(int size)
    {
        byte[] content = Noise(1, size);
        ContentId id = await PutAsync("job1", content);
        string path = Path.Combine(Place.WorkDirectory, "file");

        Assert.True(await Store.MaterializeAsync("job1", id.Hash, path, s_never));
        await Assert.ThrowsAsync<IOException>(() => Store.MaterializeAsync("job1", id.Hash, path, s_never));
        Assert.Equal(content, await File.ReadAllBytesAsync(path));
        await File.WriteAllTextAsync(path, "changed");

        Assert.Equal(content, await ReadContentAsync("job1", id.Hash));
        Assert.False(await Store.MaterializeAsync("none", id.Hash, path + "2", s_never));
        Assert.False(File.Exists(path + "2"));
        await Assert.ThrowsAnyAsync<IOException>(
            () => Store.MaterializeAsync("job1", id.Hash, Path.Combine(Place.WorkDirectory, "none", "file"), s_never));
    }

    [Fact]
    public async Task Puts_shares_and_deletions_at_once_lose_no_content()
    {
        byte[] content = Noise(1, 1_000);
        ContentId id = await PutAsync("keeper", content);
        await Parallel.ForAsync(0, 200, async (i, _) =>
        {
            string job = $"job{i}";
            if (i % 2 == 0)
            {
                await PutAsync(job, content);
            }
            else
            {
                Assert.True(await Store.ShareContentAsync("keeper", job, id.Hash, s_never));
            }

            Assert.Equal(content, await ReadContentAsync(job, id.Hash));
            await Store.DeleteJobAsync(job, s_never);
        });
        Assert.Equal(content, await ReadContentAsync("keeper", id.Hash));
        Assert.Equal(["keeper"], await ListJobsAsync());

        await Parallel.ForAsync(0, 200, async (i, _) =>
        {
            await PutAsync($"job{i}", Noise(i % 3, 1_000));
            Assert.Equal(Noise(i % 3, 1_000), await ReadContentAsync($"job{i}", Hash(Noise(i % 3, 1_000))));
            await Store.DeleteJobAsync($"job{i}", s_never);
        });
        Assert.Equal(["keeper"], await ListJobsAsync());
    }

    [Fact]
    public async Task A_job_goes_with_all_that_is_its_own()
    {
        var name = new BlobName("job1", "a/b");
        await Store.AppendAsync(name, 0, Bytes("x"), s_never);
        await Store.WriteAsync(new BlobName("job2", "a/b"), Bytes("y"), s_never);
        ContentId id = await PutAsync("job1", Noise(1, 100));
        Assert.Equal(["job1", "job2"], await ListJobsAsync());

        await Store.DeleteJobAsync("job1", s_never);
        await Store.DeleteJobAsync("job1", s_never);

        Assert.Null(await ReadAsync(name));
        Assert.Null(await ReadContentAsync("job1", id.Hash));
        Assert.Equal(["job2"], await ListJobsAsync());
        Assert.Equal(new AppendOutcome(true, 1), await Store.AppendAsync(name, 0, Bytes("z"), s_never));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_hash_is_refused(string hash)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.OpenContentAsync("job1", hash, s_never));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.ShareContentAsync("job1", "job2", hash, s_never));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => Store.MaterializeAsync("job1", hash, Path.Combine(Place.WorkDirectory, "x"), s_never));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.PutContentAsync("../x", new MemoryStream(), 10, s_never));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.DeleteJobAsync("..", s_never));
    }
}
