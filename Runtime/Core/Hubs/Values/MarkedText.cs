using System.Text;

namespace FuncExec.Runtime.Hubs.Values;

/// <summary>Text as bytes where a store has no other place for what it is: after a 0 in UTF-8, else as <see cref="StoredText"/> encodes it.</summary>
internal static class MarkedText
{
    internal const byte PlainMark = 0;

    internal static byte[] Of(string text) => StoredText.Of(text).Encoded ?? Plain(text);

    internal static string Read(byte[] stored) => stored is [PlainMark, ..]
        ? Encoding.UTF8.GetString(stored.AsSpan(1))
        : StoredText.Read(stored, isText: false);

    /// <summary>The text uncompressed, however long it is.</summary>
    internal static byte[] Plain(string text)
    {
        byte[] marked = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(text) + 1);
        marked[0] = PlainMark;
        Encoding.UTF8.GetBytes(text, marked.AsSpan(1));
        return marked;
    }
}
