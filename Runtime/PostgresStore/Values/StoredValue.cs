using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace FuncExec.Runtime.PostgresStore.Values;

/// <summary>
/// Texts and payloads as a <c>bytea</c>: a first byte says what follows. The server's own text takes neither U+0000 nor half a
/// surrogate pair; what is stored here comes back as it was given, whatever it is.
/// </summary>
internal static class StoredValue
{
    private const byte Plain = 0;
    private const byte Compressed = 1;
    private const byte Utf16 = 2;

    /// <summary>Values longer than this are compressed where that makes them shorter.</summary>
    private const int Threshold = 4 * 1024;

    /// <summary>The server stores at most 1 GB in a value, so a stored length beyond it is damage.</summary>
    private const int Longest = 1 << 30;

    private const int HeaderLength = 5;

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    internal static byte[] Of(ReadOnlySpan<byte> value) => Pack(value) ?? [Plain, .. value];

    internal static byte[]? Of(string? text)
    {
        if (text is null)
        {
            return null;
        }

        byte[] stored = new byte[1 + s_strict.GetMaxByteCount(text.Length)];
        if (!s_strict.TryGetBytesExactly(text, stored.AsSpan(1), out int written))
        {
            return [Utf16, .. MemoryMarshal.AsBytes(text.AsSpan())];
        }

        return Pack(stored.AsSpan(1, written)) ?? stored[..(1 + written)];
    }

    /// <exception cref="InvalidDataException">The value is damaged.</exception>
    internal static ReadOnlyMemory<byte> ReadBytes(byte[] value) => value is [Plain, ..] ? value.AsMemory(1) : value is [Compressed, ..] ? Unpack(value) : throw Damaged();

    /// <exception cref="InvalidDataException">The value is damaged.</exception>
    internal static string ReadText(byte[] value) => value switch
    {
        [Plain, ..] => Encoding.UTF8.GetString(value.AsSpan(1)),
        [Compressed, ..] => Encoding.UTF8.GetString(Unpack(value)),
        [Utf16, ..] => new string(MemoryMarshal.Cast<byte, char>(value.AsSpan(1).ToArray())),
        _ => throw Damaged(),
    };

    /// <summary>The compressed value, or null when it would not be shorter.</summary>
    private static byte[]? Pack(ReadOnlySpan<byte> plain)
    {
        if (plain.Length <= Threshold)
        {
            return null;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(plain.Length);
        try
        {
            // The fastest quality: more costs ten times the time for a tenth of the space.
            if (!BrotliEncoder.TryCompress(plain, buffer.AsSpan(HeaderLength, plain.Length - HeaderLength), out int written, quality: 1, window: 18))
            {
                return null;
            }

            buffer[0] = Compressed;
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(1), plain.Length);
            return buffer.AsSpan(0, HeaderLength + written).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What was compressed: never more than the stored length says.</summary>
    private static byte[] Unpack(ReadOnlySpan<byte> value)
    {
        int length = value.Length < HeaderLength ? -1 : BinaryPrimitives.ReadInt32LittleEndian(value[1..]);
        if (length is < 0 or > Longest)
        {
            throw Damaged();
        }

        byte[] plain = GC.AllocateUninitializedArray<byte>(length);
        return BrotliDecoder.TryDecompress(value[HeaderLength..], plain, out int written) && written == length ? plain : throw Damaged();
    }

    private static bool TryGetBytesExactly(this UTF8Encoding encoding, string text, Span<byte> bytes, out int written)
    {
        try
        {
            written = encoding.GetBytes(text, bytes);
            return true;
        }
        catch (EncoderFallbackException)
        {
            written = 0;
            return false; // Half a surrogate pair.
        }
    }

    private static InvalidDataException Damaged() => new("A stored value is damaged. Restore the database from a backup.");
}
