using System.IO.Compression;
using System.Text;

namespace FuncExec.WorkerFunctions.Tests.Files;

/// <summary>Makes tar files byte by byte, also such as no tool would make.</summary>
internal sealed class Tarball
{
    private readonly MemoryStream _bytes = new();

    public Tarball File(string name, string content = "x", int mode = 0x1A4) => Entry(name, '0', Encoding.UTF8.GetBytes(content), mode: mode);

    public Tarball Directory(string name) => Entry(name, '5', [], mode: 0x1ED);

    public Tarball Link(string name, string target) => Entry(name, '2', [], target);

    public Tarball HardLink(string name, string target) => Entry(name, '1', [], target);

    /// <summary>An extended header for the entry that follows.</summary>
    public Tarball Extended(string key, string value)
    {
        int length = Encoding.UTF8.GetByteCount($" {key}={value}\n");
        int total = length + $"{length}".Length;
        total = length + $"{total}".Length;
        return Entry("pax", 'x', Encoding.UTF8.GetBytes($"{total} {key}={value}\n"));
    }

    public Tarball Entry(string name, char type, byte[] content, string target = "", int mode = 0x1A4, long? size = null)
    {
        byte[] header = new byte[512];
        Encoding.UTF8.GetBytes(name).AsSpan(0, Math.Min(100, Encoding.UTF8.GetByteCount(name))).CopyTo(header);
        Octal(header, 100, 8, mode);
        Octal(header, 108, 8, 0);
        Octal(header, 116, 8, 0);
        Octal(header, 124, 12, size ?? content.Length);
        Octal(header, 136, 12, 1_700_000_000);
        header[156] = (byte)type;
        Encoding.UTF8.GetBytes(target).CopyTo(header, 157);
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        Octal(header, 329, 8, 0);
        Octal(header, 337, 8, 0);
        header.AsSpan(148, 8).Fill((byte)' ');
        Octal(header, 148, 7, header.Sum(static value => value));
        _bytes.Write(header);
        _bytes.Write(content);
        _bytes.Write(new byte[(512 - (content.Length % 512)) % 512]);
        return this;
    }

    public Tarball Raw(byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public byte[] End() => Raw(new byte[1024]).Compress();

    public byte[] Compress() => Compress(_bytes.ToArray());

    public static byte[] Compress(byte[] bytes)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }

    public byte[] ToArray() => _bytes.ToArray();

    private static void Octal(byte[] header, int offset, int length, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(length - 1, '0')).CopyTo(header, offset);
}
