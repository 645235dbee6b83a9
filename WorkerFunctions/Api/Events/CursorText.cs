using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using FuncExec.ExecutorPlugins;

namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>
/// Writes a cursor as the id of an event and reads it again: base64url of a check of four bytes over the job's id and the
/// rest, a version, then numbers of seven bits a byte.
/// </summary>
internal static class CursorText
{
    /// <summary>With more attempts than this running, those without output are left out.</summary>
    internal const int MostWhole = 64;

    private const byte Version = 1;
    private const int CheckSize = 4;
    private const int Longest = 64 * 1024;

    public static string Write(string jobId, EventCursor cursor)
    {
        bool isWhole = cursor.IsWhole && cursor.Open.Count <= MostWhole;
        List<byte> bytes = [0, 0, 0, 0, Version, isWhole ? (byte)1 : (byte)0];
        Add(bytes, cursor.Number);
        foreach ((TaskPlace place, OpenAttempt open) in cursor.Open)
        {
            if (isWhole || open.HasOutput)
            {
                Add(bytes, place.Step);
                Add(bytes, place.Index);
                Add(bytes, open.Attempt);
                Add(bytes, open.Token);
                Add(bytes, open.Offset(OutputStream.Stdout));
                Add(bytes, open.Offset(OutputStream.Stderr));
            }
        }

        byte[] whole = [.. bytes];
        BinaryPrimitives.WriteUInt32BigEndian(whole, Check(jobId, whole.AsSpan(CheckSize)));
        return Base64Url.EncodeToString(whole);
    }

    /// <summary>Reads what <see cref="Write"/> has written for the same job.</summary>
    public static bool TryRead(string jobId, string text, [NotNullWhen(true)] out EventCursor? cursor)
    {
        cursor = null;
        if (text.Length > Longest || !Base64Url.IsValid(text))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < CheckSize + 3
            || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Check(jobId, bytes[CheckSize..])
            || bytes[CheckSize] != Version)
        {
            return false;
        }

        EventCursor read = new() { IsWhole = bytes[CheckSize + 1] == 1 };
        ReadOnlySpan<byte> rest = bytes[(CheckSize + 2)..];
        if (!TryTake(ref rest, out long number))
        {
            return false;
        }

        read.Number = number;
        while (!rest.IsEmpty)
        {
            if (!TryTakeAttempt(ref rest, read))
            {
                return false;
            }
        }

        cursor = read;
        return true;
    }

    private static bool TryTakeAttempt(ref ReadOnlySpan<byte> rest, EventCursor cursor)
    {
        if (!TryTake(ref rest, out long step) || !TryTake(ref rest, out long index) || !TryTake(ref rest, out long attempt)
            || !TryTake(ref rest, out long token) || !TryTake(ref rest, out long stdout) || !TryTake(ref rest, out long stderr)
            || Math.Max(Math.Max(step, index), attempt) > int.MaxValue)
        {
            return false;
        }

        OpenAttempt open = new((int)attempt, token);
        open.Offset(OutputStream.Stdout) = stdout;
        open.Offset(OutputStream.Stderr) = stderr;
        return cursor.Open.TryAdd(new TaskPlace((int)step, (int)index), open);
    }

    private static void Add(List<byte> bytes, long number)
    {
        for (ulong rest = (ulong)number; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                bytes.Add((byte)rest);
                return;
            }

            bytes.Add((byte)(rest | 0x80));
        }
    }

    private static bool TryTake(ref ReadOnlySpan<byte> bytes, out long number)
    {
        const int most = 9;
        number = 0;
        for (int i = 0; i < Math.Min(most, bytes.Length); i++)
        {
            number |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    // Keeps honest clients from mistakes, no more: whoever reads a job's events may read all of them.
    private static uint Check(string jobId, ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.ASCII.GetBytes(jobId));
        sha.AppendData(content);
        sha.GetHashAndReset(hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }
}
