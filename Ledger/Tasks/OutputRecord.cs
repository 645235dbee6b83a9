namespace FuncExec.Ledger;

/// <summary>
/// What is known of one stream of an attempt. Bytes 0 to <see cref="Kept"/> lie in the blob store; the last
/// <see cref="TailLimit"/> are always here. Short output is here alone.
/// </summary>
/// <param name="Length">How many bytes were written.</param>
/// <param name="Kept">How many of the first are in the blob store; 0 when all of them are in the tail.</param>
/// <param name="Tail">The last bytes.</param>
public sealed record OutputRecord(long Length, long Kept, ReadOnlyMemory<byte> Tail)
{
    /// <summary>How many of the last bytes are kept with the task, 8 KiB.</summary>
    public const int TailLimit = 8 * 1024;

    /// <summary>Nothing was written.</summary>
    public static OutputRecord Empty { get; } = new(0, 0, default);

    /// <summary>Whether some bytes in the middle are neither in the blob store nor in the tail.</summary>
    public bool IsTruncated => Kept + Tail.Length < Length;
}
