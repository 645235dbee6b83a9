using System.Globalization;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>
/// Stands between a tar and its reader: counts what is unpacked besides content, refuses headers that would make the
/// reader take much memory, and knows whether the archive has an end: two empty blocks, and behind them, at the very end,
/// the mark that was put behind the archive.
/// </summary>
internal sealed class TarStream(Stream inner, BurstGuard guard) : Stream
{
    private const int BlockSize = 512;

    /// <summary>A name has at most 4 KiB; an extended header that is much longer holds none.</summary>
    private const long LargestHeader = 256 * 1024;

    /// <summary>What has to come last. .NET does not tell a gzip that was cut off from one that ends.</summary>
    public static ReadOnlySpan<byte> Mark => "end of workspace"u8;

    private readonly byte[] _last = new byte[(2 * BlockSize) + Mark.Length];

    /// <summary>Whether content is read, which is counted where it goes to.</summary>
    public bool IsContent { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        // Headers are read in blocks of their own, and shall come whole, so that they can be looked at.
        int count = inner.ReadAtLeast(buffer, Math.Min(buffer.Length, BlockSize), throwOnEndOfStream: false);
        ReadOnlySpan<byte> read = buffer[..count];
        Remember(read);
        if (!IsContent)
        {
            guard.CountBytes(count);
            CheckHeader(read);
        }

        return count;
    }

    /// <summary>Reads what follows the last entry.</summary>
    /// <exception cref="InvalidDataException">The archive does not end as it should.</exception>
    public void ReadEnd()
    {
        IsContent = false;
        Span<byte> buffer = stackalloc byte[4096];
        while (Read(buffer) > 0)
        {
        }

        if (!_last.AsSpan(2 * BlockSize).SequenceEqual(Mark))
        {
            throw new InvalidDataException("The gzip is cut off, or something else follows it.");
        }

        if (_last.AsSpan(0, 2 * BlockSize).ContainsAnyExcept((byte)0))
        {
            throw new InvalidDataException("The tar has no end.");
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Remember(ReadOnlySpan<byte> read)
    {
        ReadOnlySpan<byte> kept = read[^Math.Min(read.Length, _last.Length)..];
        _last.AsSpan(kept.Length).CopyTo(_last);
        kept.CopyTo(_last.AsSpan(_last.Length - kept.Length));
    }

    /// <summary>The reader makes room for an extended header (types x, g, K, L) at once, as long as it says it is.</summary>
    private static void CheckHeader(ReadOnlySpan<byte> block)
    {
        if (block.Length != BlockSize || block[156] is not ((byte)'x' or (byte)'g' or (byte)'K' or (byte)'L'))
        {
            return;
        }

        ReadOnlySpan<byte> digits = block.Slice(124, 12).Trim(" \0"u8);
        long size = 0;
        foreach (byte digit in digits)
        {
            size = digit is >= (byte)'0' and <= (byte)'7' && size < long.MaxValue / 8 ? (size * 8) + digit - '0' : long.MaxValue;
        }

        if (size > LargestHeader)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"An extended header has more than {LargestHeader} bytes."));
        }
    }
}
