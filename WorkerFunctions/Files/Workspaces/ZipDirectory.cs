using System.Buffers.Binary;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>
/// Walks the central directory of a ZIP before it is opened: the library reads it into memory whole, however many entries
/// it has, and does not tell how they are compressed.
/// </summary>
internal static class ZipDirectory
{
    private const int EndSize = 22, LongestComment = 65_535, LocatorSize = 20, LongEndSize = 56, HeaderSize = 46;
    private const uint EndMark = 0x06054b50, LocatorMark = 0x07064b50, LongEndMark = 0x06064b50, HeaderMark = 0x02014b50;

    /// <summary>The compression method of each entry.</summary>
    /// <exception cref="ArchiveBurstException">There are more entries than allowed.</exception>
    /// <exception cref="InvalidDataException">It is no ZIP.</exception>
    public static IReadOnlyList<int> ReadMethods(Stream archive, int entryLimit)
    {
        archive.Position = FindStart(archive);
        using BufferedStream buffered = new(new KeptOpen(archive), 64 * 1024);
        List<int> methods = [];
        byte[] header = new byte[HeaderSize];
        byte[] skipped = new byte[3 * 65_535];
        while (buffered.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) == HeaderSize
            && BinaryPrimitives.ReadUInt32LittleEndian(header) == HeaderMark)
        {
            if (methods.Count == entryLimit)
            {
                throw new ArchiveBurstException($"The archive has more than {entryLimit} entries (FuncExec__WorkspaceEntryLimit).");
            }

            methods.Add(Short(header, 10));
            buffered.ReadExactly(skipped, 0, Short(header, 28) + Short(header, 30) + Short(header, 32));
        }

        return methods;
    }

    private static long FindStart(Stream archive)
    {
        byte[] tail = new byte[Math.Min(archive.Length, EndSize + LongestComment)];
        archive.Position = archive.Length - tail.Length;
        archive.ReadExactly(tail);
        Span<byte> mark = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, EndMark);
        int end = tail.AsSpan().LastIndexOf(mark);
        if (end < 0 || tail.Length - end < EndSize)
        {
            throw new InvalidDataException("It has no end.");
        }

        uint start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        bool isLong = start == uint.MaxValue || Short(tail, end + 10) == ushort.MaxValue || BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 12)) == uint.MaxValue;
        long endOffset = archive.Length - tail.Length + end;
        return isLong ? FindLongStart(archive, endOffset) ?? start : start;
    }

    private static long? FindLongStart(Stream archive, long endOffset)
    {
        byte[] record = new byte[LongEndSize];
        if (endOffset < LocatorSize)
        {
            return null;
        }

        archive.Position = endOffset - LocatorSize;
        archive.ReadExactly(record, 0, LocatorSize);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != LocatorMark)
        {
            return null;
        }

        archive.Position = Checked(BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(8)));
        archive.ReadExactly(record);
        return BinaryPrimitives.ReadUInt32LittleEndian(record) == LongEndMark
            ? Checked(BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)))
            : throw new InvalidDataException("Its end cannot be read.");
    }

    private static long Checked(long offset) => offset >= 0 ? offset : throw new InvalidDataException("An offset is negative.");

    private static int Short(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);
}
