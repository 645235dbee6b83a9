using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>Makes job ids: 26 characters, ordered by time; 48 bits of milliseconds, then 80 of chance.</summary>
public static class JobIds
{
    private const int Length = 26;
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>An id of a moment.</summary>
    /// <param name="now">The moment, by the ledger's clock.</param>
    public static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[6..]);
        ulong milliseconds = (ulong)now.ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(milliseconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)milliseconds);
        return string.Create(Length, BinaryPrimitives.ReadUInt128BigEndian(bytes), static (text, value) =>
        {
            for (int i = Length - 1; i >= 0; i--)
            {
                text[i] = Digits[(int)(value & 31)];
                value >>= 5;
            }
        });
    }
}
