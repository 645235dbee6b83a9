using FuncExec.Runtime.Hubs.Values;

namespace FuncExec.Runtime.Postgres.Values;

/// <summary>
/// Text and bytes as bytea: after a first byte that says what they are. The server's own text takes neither the character zero
/// nor half a surrogate pair.
/// </summary>
internal static class StoredForms
{
    internal static byte[] Bytes(ReadOnlyMemory<byte> plain)
    {
        StoredBytes stored = StoredBytes.Of(plain);
        if (stored.Encoded is { } encoded)
        {
            return encoded;
        }

        byte[] marked = GC.AllocateUninitializedArray<byte>(plain.Length + 1);
        marked[0] = StoredBytes.PlainMark;
        plain.Span.CopyTo(marked.AsSpan(1));
        return marked;
    }

    internal static ReadOnlyMemory<byte> ReadBytes(byte[] stored) => StoredBytes.Read(stored);

    internal static byte[]? TextOrNull(string? text) => text is null ? null : Text(text);

    internal static byte[] Text(string text) => MarkedText.Of(text);

    internal static string ReadText(byte[] stored) => MarkedText.Read(stored);

    internal static string? ReadTextOrNull(byte[]? stored) => stored is null ? null : ReadText(stored);

    /// <summary>Where ids that begin with a text begin and end. They are ordered by their bytes, and no UTF-8 contains 0xFF.</summary>
    internal static (byte[]? From, byte[]? To) Range(string? prefix)
    {
        if (string.IsNullOrEmpty(prefix))
        {
            return (null, null);
        }

        byte[] from = MarkedText.Plain(prefix);
        return (from, [.. from, 0xFF]);
    }
}
