using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FuncExec.Runtime.Postgres.Values;

/// <summary>
/// What the row of an id, or the queue of a name, is found by: the first 16 bytes of the SHA-256 of its UTF-16. Ids are of any length
/// and any characters; an index is not.
/// </summary>
internal static class IdHash
{
    /// <summary>Ids that may be created or deleted are locked by place: so many there are, for the server's table of locks is bounded.</summary>
    private const int Places = 1024;

    internal static Guid Of(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan()), hash);
        return new Guid(hash[..16]);
    }

    /// <summary>The queue of an activity's name, whatever its casing, and of the labels that it asks for.</summary>
    internal static Guid OfQueue(string name, string labels) => Of(name.ToUpperInvariant() + "\n" + labels);

    /// <summary>The place that stands for an id when it is locked.</summary>
    internal static int Place(Guid hash)
    {
        Span<byte> bytes = stackalloc byte[16];
        hash.TryWriteBytes(bytes);
        return (int)(BinaryPrimitives.ReadUInt32LittleEndian(bytes) % Places);
    }
}
