using System.IO.Compression;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>
/// An archive with <see cref="TarStream.Mark"/> behind it, as another gzip: of several, one behind another, a reader makes
/// one. If the archive is cut off, the mark is taken for the rest of it and does not come out.
/// </summary>
internal sealed class MarkedArchive(Stream archive) : Stream
{
    private static readonly byte[] Mark = Compress();

    private int _markOffset;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count = archive.Read(buffer);
        if (count == 0)
        {
            count = Math.Min(buffer.Length, Mark.Length - _markOffset);
            Mark.AsSpan(_markOffset, count).CopyTo(buffer);
            _markOffset += count;
        }

        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] Compress()
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(TarStream.Mark);
        }

        return compressed.ToArray();
    }
}
