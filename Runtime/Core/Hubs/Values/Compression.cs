using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace FuncExec.Runtime.Hubs.Values;

/// <summary>A compressed value: a mark of one byte, the length of what is compressed (little-endian, 4 bytes), Brotli.</summary>
internal static class Compression
{
    /// <summary>Values longer than this are compressed where that makes them shorter.</summary>
    private const int Threshold = 4 * 1024;

    /// <summary>No hub stores a value longer than 10^9 bytes, so a stored length beyond it is damage.</summary>
    private const int Longest = 1_000_000_000;

    private const int HeaderLength = 5;

    internal static bool IsWorthwhile(int length) => length > Threshold;

    /// <summary>The compressed value, or null when it would not be shorter.</summary>
    internal static byte[]? Pack(ReadOnlySpan<byte> plain, byte mark)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(plain.Length);
        try
        {
            // The fastest quality: more costs ten times the time for a tenth of the space.
            if (plain.Length <= HeaderLength || !BrotliEncoder.TryCompress(
                plain, buffer.AsSpan(HeaderLength, plain.Length - HeaderLength), out int written, quality: 1, window: 18))
            {
                return null;
            }

            buffer[0] = mark;
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(1), plain.Length);
            return buffer.AsSpan(0, HeaderLength + written).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What was compressed: never more than the stored length says.</summary>
    internal static byte[] Unpack(ReadOnlySpan<byte> value)
    {
        if (value.Length < HeaderLength)
        {
            throw Damaged();
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(value[1..]);
        if (length is < 0 or > Longest)
        {
            throw Damaged();
        }

        byte[] plain = GC.AllocateUninitializedArray<byte>(length);
        return BrotliDecoder.TryDecompress(value[HeaderLength..], plain, out int written) && written == length
            ? plain
            : throw Damaged();
    }

    internal static HubUnavailableException Damaged() => new(
        "A value in the hub is damaged. Stop the service, keep a copy of what is stored, and restore a backup (docs/sqlite.md, docs/postgresql.md).");
}
