using System.IO.Compression;
using System.Text;

namespace FuncExec.WorkerFunctions.Tests.Files;

/// <summary>Makes ZIP files, also such as no tool would make.</summary>
internal sealed class Zipfile
{
    private readonly MemoryStream _bytes = new();
    private readonly ZipArchive _zip;

    public Zipfile() => _zip = new ZipArchive(_bytes, ZipArchiveMode.Create, leaveOpen: true);

    public Zipfile File(string name, string content = "x", int mode = 0x81A4) => Entry(name, Encoding.UTF8.GetBytes(content), mode);

    public Zipfile Link(string name, string target) => Entry(name, Encoding.UTF8.GetBytes(target), 0xA1FF);

    public Zipfile Entry(string name, byte[] content, int mode, CompressionLevel level = CompressionLevel.Fastest)
    {
        ZipArchiveEntry entry = _zip.CreateEntry(name, level);
        entry.LastWriteTime = new DateTimeOffset(2024, 5, 6, 7, 8, 10, TimeSpan.Zero);
        entry.ExternalAttributes = mode << 16;
        using Stream stream = entry.Open();
        stream.Write(content);
        return this;
    }

    public byte[] End()
    {
        _zip.Dispose();
        return _bytes.ToArray();
    }

    /// <summary>Changes a 16-bit member of every directory header, and of every local one where it lies there.</summary>
    public static byte[] Patch(byte[] zip, int offsetInDirectory, int offsetInLocal, ushort value)
    {
        for (int at = 0; at + 46 < zip.Length; at++)
        {
            if (zip.AsSpan(at, 4).SequenceEqual("PK\x01\x02"u8))
            {
                BitConverter.TryWriteBytes(zip.AsSpan(at + offsetInDirectory), value);
            }
            else if (zip.AsSpan(at, 4).SequenceEqual("PK\x03\x04"u8))
            {
                BitConverter.TryWriteBytes(zip.AsSpan(at + offsetInLocal), value);
            }
        }

        return zip;
    }
}
