using System.Buffers;
using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Output;

/// <summary>
/// The last bytes of a stream in a pooled buffer of at most twice as many: full, it moves them to the front. For one
/// thread at a time.
/// </summary>
internal sealed class PooledTail
{
    private const int Limit = OutputRecord.TailLimit;
    private const int Smallest = 256;

    private byte[] _buffer = [];
    private int _count;

    /// <summary>The last bytes, at most <see cref="OutputRecord.TailLimit"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(Math.Max(0, _count - Limit), Math.Min(_count, Limit));

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= Limit)
        {
            bytes = bytes[^Limit..];
            _count = 0;
        }

        MakeRoom(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_count));
        _count += bytes.Length;
    }

    /// <summary>Gives the buffer back; the tail is empty then.</summary>
    public void Release()
    {
        Return(_buffer);
        _buffer = [];
        _count = 0;
    }

    private void MakeRoom(int needed)
    {
        if (_count + needed <= _buffer.Length)
        {
            return;
        }

        int kept = Math.Min(_count, Limit);
        byte[] source = _buffer;
        if (kept + needed > source.Length)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(Math.Max(2 * (kept + needed), Smallest), 2 * Limit));
        }

        Buffer.BlockCopy(source, _count - kept, _buffer, 0, kept);
        _count = kept;
        if (!ReferenceEquals(source, _buffer))
        {
            Return(source);
        }
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
