using System.Text;

namespace FuncExec.ExecutorPlugins.Tests;

public sealed class OutputTailTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(100_000)]
    public void Last_bytes_are_kept_however_they_come(int chunk)
    {
        byte[] all = [.. Enumerable.Range(0, 50_000).Select(static i => (byte)('a' + (i % 26)))];
        OutputTail tail = new();

        foreach (byte[] part in all.Chunk(chunk))
        {
            tail.Write(OutputStream.Stdout, part);
        }

        Assert.Equal(Encoding.ASCII.GetString(all[^8192..]), tail.Stdout);
        Assert.Equal(50_000, tail.StdoutLength);
        Assert.True(tail.IsTruncated);
        Assert.Equal("", tail.Stderr);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8191)]
    [InlineData(8192)]
    public void What_fits_is_kept_whole(int length)
    {
        OutputTail tail = new();
        tail.Write(OutputStream.Stderr, Encoding.ASCII.GetBytes(new string('x', length)));

        Assert.Equal(new string('x', length), tail.Stderr);
        Assert.False(tail.IsTruncated);
    }

    [Theory]
    [InlineData("é")]
    [InlineData("€")]
    [InlineData("😀")]
    public void Cut_never_splits_a_rune(string rune)
    {
        for (int shift = 0; shift < 4; shift++)
        {
            OutputTail tail = new();
            tail.Write(OutputStream.Stdout, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(rune, 5000)) + new string('.', shift)));

            Assert.DoesNotContain('\uFFFD', tail.Stdout);
            Assert.StartsWith(rune, tail.Stdout);
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_replaced()
    {
        OutputTail tail = new();
        tail.Write(OutputStream.Stdout, [(byte)'a', 0xFF, (byte)'b', 0xC3]);

        Assert.Equal("a\uFFFDb\uFFFD", tail.Stdout);
    }

    [Fact]
    public void Rune_that_comes_in_two_writes_is_one()
    {
        OutputTail tail = new();
        tail.Write(OutputStream.Stdout, [0xC3]);
        tail.Write(OutputStream.Stdout, [0xA9]);

        Assert.Equal("é", tail.Stdout);
    }
}
