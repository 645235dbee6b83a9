using FuncExec.Ledger.Azure.Client;

namespace FuncExec.Ledger.Azure.Blobs;

/// <summary>A blob that does not change any more, read in pieces; it can seek.</summary>
internal sealed class BlobContentStream(BlobContainer container, string blob, long length) : Stream
{
    private readonly byte[] _piece = new byte[(int)Math.Clamp(length, 1, BlobContainer.BlockSize)];
    private long _pieceStart;
    private int _pieceLength;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

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
        if (_position >= length || buffer.Length == 0)
        {
            return 0;
        }

        if (_position < _pieceStart || _position >= _pieceStart + _pieceLength)
        {
            _pieceLength = await container.ReadAsync(blob, _position, _piece, cancellationToken).ConfigureAwait(false) is > 0 and int read
                ? read
                : throw new LedgerUnavailableException($"'{blob}' of the storage account has been deleted while it was read.");
            _pieceStart = _position;
        }

        int from = (int)(_position - _pieceStart);
        int count = Math.Min(buffer.Length, _pieceLength - from);
        _piece.AsSpan(from, count).CopyTo(buffer.Span);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
