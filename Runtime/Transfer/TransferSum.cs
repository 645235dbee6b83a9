using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FuncExec.Runtime.Transfer;

/// <summary>
/// Adds up rows: each is hashed with SHA-256, and the hashes are added in four numbers of 64 bits. So stores may list their rows
/// in whatever order comes easiest to them. It finds mistakes; it is no signature.
/// </summary>
public sealed class TransferSum
{
    private const byte NothingMark = 0;
    private const byte NumberMark = 1;
    private const byte BytesMark = 2;

    private readonly ulong[] _lanes = new ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
    private readonly Lock _gate = new();
    private long _count;

    /// <summary>What was added so far.</summary>
    public TransferTotal Total
    {
        get
        {
            lock (_gate)
            {
                return new TransferTotal(_count, Convert.ToHexStringLower(MemoryMarshal.AsBytes(_lanes.AsSpan())));
            }
        }
    }

    /// <summary>Adds a row. May be called from several threads.</summary>
    public void Add(params ReadOnlySpan<TransferValue> row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[1 + sizeof(long)];
        foreach (TransferValue value in row)
        {
            head[0] = value.Number is not null ? NumberMark : value.Bytes is not null ? BytesMark : NothingMark;
            BinaryPrimitives.WriteInt64LittleEndian(head[1..], value.Number ?? value.Bytes?.Length ?? 0);
            hash.AppendData(head);
            hash.AppendData(value.Bytes ?? []);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        lock (_gate)
        {
            _count++;
            for (int lane = 0; lane < _lanes.Length; lane++)
            {
                _lanes[lane] = unchecked(_lanes[lane] + BinaryPrimitives.ReadUInt64LittleEndian(digest[(lane * sizeof(ulong))..]));
            }
        }
    }
}
