using System.Text;

namespace FuncExec.LedgerContract;

public abstract partial class BlobStoreContract
{
    [Fact]
    public async Task A_blob_is_written_replaced_and_deleted()
    {
        var name = new BlobName("job1", "document/all.json");
        Assert.Null(await ReadAsync(name));
        await Store.WriteAsync(name, Noise(1, 300_000), s_never);
        Assert.Equal(Noise(1, 300_000), await ReadAsync(name));
        await Store.WriteAsync(name, Bytes("short"), s_never);
        await ReopenAsync();
        Assert.Equal(Bytes("short"), await ReadAsync(name));
        await Store.WriteAsync(name, default, s_never);
        Assert.Equal(Array.Empty<byte>(), await ReadAsync(name));
        await Store.DeleteAsync(name, s_never);
        await Store.DeleteAsync(name, s_never);
        Assert.Null(await ReadAsync(name));
    }

    [Fact]
    public async Task A_blob_and_the_beginning_of_anothers_name_may_be_the_same()
    {
        await Store.WriteAsync(new BlobName("job1", "a"), Bytes("1"), s_never);
        await Store.WriteAsync(new BlobName("job1", "a/b"), Bytes("2"), s_never);
        await Store.WriteAsync(new BlobName("job2", "a"), Bytes("3"), s_never);
        Assert.Equal(Bytes("1"), await ReadAsync(new BlobName("job1", "a")));
        Assert.Equal(Bytes("2"), await ReadAsync(new BlobName("job1", "a/b")));
        Assert.Equal(Bytes("3"), await ReadAsync(new BlobName("job2", "a")));
    }

    [Fact]
    public async Task Reading_begins_anywhere_and_ends_with_nothing()
    {
        var name = new BlobName("job1", "a");
        await Store.WriteAsync(name, Bytes("0123456789"), s_never);
        byte[] buffer = new byte[4];
        Assert.Equal(4, await Store.ReadAsync(name, 3, buffer, s_never));
        Assert.Equal("3456", Encoding.UTF8.GetString(buffer));
        Assert.Equal(1, await Store.ReadAsync(name, 9, buffer, s_never));
        Assert.Equal(0, await Store.ReadAsync(name, 10, buffer, s_never));
        Assert.Equal(0, await Store.ReadAsync(name, 1_000_000, buffer, s_never));
        Assert.Equal(0, await Store.ReadAsync(new BlobName("none", "a"), 0, buffer, s_never));
    }

    [Fact]
    public async Task Bytes_are_appended_at_the_end_alone_and_seen_at_once()
    {
        var name = new BlobName("job1", "0/0/1/stdout");
        Assert.Equal(new AppendOutcome(false, 0), await Store.AppendAsync(name, 1, Bytes("x"), s_never));
        Assert.Null(await ReadAsync(name));
        Assert.Equal(new AppendOutcome(true, 5), await Store.AppendAsync(name, 0, Bytes("hello"), s_never));
        Assert.Equal(Bytes("hello"), await ReadAsync(name));
        Assert.Equal(new AppendOutcome(false, 5), await Store.AppendAsync(name, 0, Bytes("again"), s_never));
        Assert.Equal(new AppendOutcome(false, 5), await Store.AppendAsync(name, 6, Bytes("gap"), s_never));
        Assert.Equal(new AppendOutcome(true, 11), await Store.AppendAsync(name, 5, Bytes(" world"), s_never));
        await Store.FlushAsync(name, s_never);
        Assert.Equal(new AppendOutcome(true, 12), await Store.AppendAsync(name, 11, Bytes("!"), s_never));
        await ReopenAsync();
        Assert.Equal(new AppendOutcome(true, 13), await Store.AppendAsync(name, 12, Bytes("!"), s_never));
        Assert.Equal(Bytes("hello world!!"), await ReadAsync(name));
        await Store.FlushAsync(new BlobName("job1", "none"), s_never);
        Assert.Null(await ReadAsync(new BlobName("job1", "none")));
    }

    [Fact]
    public async Task A_blob_that_was_deleted_or_replaced_is_appended_to_anew()
    {
        var name = new BlobName("job1", "a");
        await Store.AppendAsync(name, 0, Bytes("old"), s_never);
        await Store.DeleteAsync(name, s_never);
        Assert.Equal(new AppendOutcome(false, 0), await Store.AppendAsync(name, 3, Bytes("x"), s_never));
        Assert.Equal(new AppendOutcome(true, 3), await Store.AppendAsync(name, 0, Bytes("new"), s_never));
        await Store.WriteAsync(name, Bytes("written"), s_never);
        Assert.Equal(new AppendOutcome(true, 8), await Store.AppendAsync(name, 7, Bytes("!"), s_never));
        Assert.Equal(Bytes("written!"), await ReadAsync(name));
    }

    [Fact]
    public async Task Many_blobs_are_appended_to_in_turn()
    {
        const int Blobs = 1_500;
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < Blobs; i++)
            {
                AppendOutcome appended = await Store.AppendAsync(new BlobName("job1", $"{i}/out"), round, Bytes("x"), s_never);
                Assert.Equal(new AppendOutcome(true, round + 1), appended);
            }
        }

        for (int i = 0; i < Blobs; i += 100)
        {
            await Store.FlushAsync(new BlobName("job1", $"{i}/out"), s_never);
            Assert.Equal(Bytes("xxx"), await ReadAsync(new BlobName("job1", $"{i}/out")));
        }
    }

    [Fact]
    public async Task Of_many_appending_at_one_offset_one_succeeds()
    {
        var name = new BlobName("job1", "a");
        for (int offset = 0; offset < 100; offset++)
        {
            AppendOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(
                i => Task.Run(() => Store.AppendAsync(name, offset, new[] { (byte)i }, s_never))));
            Assert.Single(outcomes, static outcome => outcome.IsAppended);
            Assert.All(outcomes, outcome => Assert.Equal(offset + 1, outcome.Length));
        }
    }

    [Theory]
    [InlineData("job1", "../x")]
    [InlineData("job1", "a/../../x")]
    [InlineData("job1", "/etc/passwd")]
    [InlineData("job1", "a//b")]
    [InlineData("job1", ".")]
    [InlineData("job1", "")]
    [InlineData("job1", "a\\b")]
    [InlineData("job1", "a\0b")]
    [InlineData("job1", "ä")]
    [InlineData("job1", "a~")]
    [InlineData("..", "a")]
    [InlineData("", "a")]
    [InlineData("a/b", "a")]
    public async Task A_name_that_could_lead_elsewhere_is_refused(string job, string path)
    {
        var name = new BlobName(job, path);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.WriteAsync(name, Bytes("x"), s_never));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.AppendAsync(name, 0, Bytes("x"), s_never));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.ReadAsync(name, 0, new byte[1], s_never));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.DeleteAsync(name, s_never));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.GetLengthAsync(name, s_never));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.FlushAsync(name, s_never));
    }
}
