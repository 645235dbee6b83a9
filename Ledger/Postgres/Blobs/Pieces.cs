using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Postgres.Blobs;

/// <summary>What is stored in pieces: none is larger than 64 KiB, so that nothing holds much memory.</summary>
internal static class Pieces
{
    internal const int Size = 64 * 1024;

    /// <summary>How many pieces there are of a length.</summary>
    internal static int Count(int length) => (length + Size - 1) / Size;

    /// <summary>The pieces of bytes, as they are stored.</summary>
    internal static IEnumerable<(long Start, byte[] Packed)> Of(ReadOnlyMemory<byte> content)
    {
        for (int start = 0; start < content.Length; start += Size)
        {
            yield return (start, Packed.Of(content.Span[start..Math.Min(start + Size, content.Length)]));
        }
    }
}
