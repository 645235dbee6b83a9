namespace FuncExec.Runtime.Hubs.Values;

/// <summary>Bytes as they are stored: after a first byte that says whether they are compressed.</summary>
internal readonly struct StoredBytes
{
    internal const byte PlainMark = 0;
    private const byte CompressedMark = 1;

    private StoredBytes(ReadOnlyMemory<byte> plain, byte[]? encoded)
    {
        Plain = plain;
        Encoded = encoded;
    }

    /// <summary>The bytes, when they are stored as they are.</summary>
    internal ReadOnlyMemory<byte> Plain { get; }

    /// <summary>What is stored instead, its mark included.</summary>
    internal byte[]? Encoded { get; }

    internal static StoredBytes Of(ReadOnlyMemory<byte> plain) => Compression.IsWorthwhile(plain.Length)
        ? new StoredBytes(plain, Compression.Pack(plain.Span, CompressedMark))
        : new StoredBytes(plain, null);

    internal static ReadOnlyMemory<byte> Read(ReadOnlySpan<byte> value) => value.IsEmpty
        ? throw Compression.Damaged()
        : value[0] switch
        {
            PlainMark => value[1..].ToArray(),
            CompressedMark => Compression.Unpack(value),
            _ => throw Compression.Damaged(),
        };
}
