using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace FuncExec.Ledger.Values;

/// <summary>
/// Bytes as they are stored: after a mark of one byte either themselves or, from 4 KiB on and where that is shorter,
/// their length (little-endian, 4 bytes) and Brotli. Packed on the caller's thread, not on the one that commits for all.
/// </summary>
internal static class Packed
{
    private const byte PlainMark = 0;
    private const byte CompressedMark = 1;
    private const int Threshold = 4 * 1024;
    private const int HeaderLength = 5;

    /// <summary>SQLite holds no longer value, so a stored length beyond it is damage.</summary>
    private const int Longest = 1_000_000_000;

    internal static byte[] Of(ReadOnlySpan<byte> plain)
    {
        if (plain.Length > Threshold && TryCompress(plain) is { } compressed)
        {
            return compressed;
        }

        byte[] stored = GC.AllocateUninitializedArray<byte>(plain.Length + 1);
        stored[0] = PlainMark;
        plain.CopyTo(stored.AsSpan(1));
        return stored;
    }

    internal static byte[] Read(ReadOnlySpan<byte> stored)
    {
        if (stored.IsEmpty)
        {
            throw Damaged();
        }

        return stored[0] switch
        {
            PlainMark => stored[1..].ToArray(),
            CompressedMark => Unpack(stored),
            _ => throw Damaged(),
        };
    }

    internal static LedgerDamagedException Damaged() => new(
        "A value in the ledger's file is damaged. Stop the service, keep a copy of the file, and restore a backup (docs/ledger.md).");

    private static byte[]? TryCompress(ReadOnlySpan<byte> plain)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(plain.Length);
        try
        {
            // The fastest quality: more costs ten times the time for a tenth of the space.
            if (!BrotliEncoder.TryCompress(
                plain, buffer.AsSpan(HeaderLength, plain.Length - HeaderLength), out int written, quality: 1, window: 18))
            {
                return null;
            }

            buffer[0] = CompressedMark;
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(1), plain.Length);
            return buffer.AsSpan(0, HeaderLength + written).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Unpack(ReadOnlySpan<byte> stored)
    {
        int length = stored.Length < HeaderLength ? -1 : BinaryPrimitives.ReadInt32LittleEndian(stored[1..]);
        if (length is < 0 or > Longest)
        {
            throw Damaged();
        }

        byte[] plain = GC.AllocateUninitializedArray<byte>(length);
        return BrotliDecoder.TryDecompress(stored[HeaderLength..], plain, out int written) && written == length
            ? plain
            : throw Damaged();
    }
}
