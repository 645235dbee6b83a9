using FuncExec.Ledger.Postgres.Reading;
using FuncExec.Ledger.Postgres.Values;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Blobs;

/// <summary>Content for reading, a few pieces at a time.</summary>
internal sealed class ContentStream(LedgerReader reader, Guid content, long size) : Stream
{
    /// <summary>Pieces that one call brings.</summary>
    private const int Ahead = 16;

    private List<byte[]> _pieces = [];
    private long _first;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= size || buffer.IsEmpty)
        {
            return 0;
        }

        long number = _position / Pieces.Size;
        if (number < _first || number >= _first + _pieces.Count)
        {
            _pieces = await reader.ListAsync(
                new NpgsqlBatchCommand("SELECT data FROM ledger_content_pieces WHERE content = $1 AND number >= $2 AND number < $3 ORDER BY number")
                    .Id(content).Int((int)number).Int((int)number + Ahead),
                static row => row.Packed(0),
                cancellationToken).ConfigureAwait(false);
            _first = number;
        }

        if (_pieces.Count == 0)
        {
            throw new IOException("The content was deleted while it was read.");
        }

        byte[] piece = _pieces[(int)(number - _first)];
        int from = (int)(_position % Pieces.Size);
        int count = Math.Min(piece.Length - from, buffer.Length);
        piece.AsMemory(from, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override int Read(Span<byte> buffer)
    {
        byte[] copy = new byte[buffer.Length];
        int count = Read(copy, 0, copy.Length);
        copy.AsSpan(0, count).CopyTo(buffer);
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => size + offset,
    };

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException("Stored content does not change.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Stored content does not change.");
}
