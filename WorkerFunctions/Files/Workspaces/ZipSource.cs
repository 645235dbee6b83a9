using System.IO.Compression;
using System.Text;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Reads a ZIP.</summary>
internal sealed class ZipSource : IArchiveSource
{
    private const int TypeMask = 0xF000, RegularType = 0x8000, DirectoryType = 0x4000, LinkType = 0xA000, OwnerExecute = 0x40;
    private const int MostTargetBytes = 8192;

    private readonly IReadOnlyList<int> _methods;
    private readonly ZipArchive _archive;
    private int _next;

    public ZipSource(Stream archive, FileLimits limits)
    {
        _methods = ZipDirectory.ReadMethods(archive, limits.WorkspaceEntryLimit);
        archive.Position = 0;
        _archive = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
        if (_archive.Entries.Count != _methods.Count)
        {
            throw new InvalidDataException("Its directory cannot be read without doubt.");
        }
    }

    public ArchiveEntry? Next()
    {
        if (_next == _methods.Count)
        {
            return null;
        }

        int method = _methods[_next];
        ZipArchiveEntry entry = _archive.Entries[_next++];
        int mode = entry.ExternalAttributes >>> 16;
        EntryKind kind = entry.FullName.EndsWith('/') ? EntryKind.Directory : KindOf(mode & TypeMask);
        string? problem = FindProblem(entry, kind, mode & TypeMask, method);
        return new ArchiveEntry(
            entry.FullName,
            kind,
            entry.Length,
            (mode & OwnerExecute) != 0,
            entry.LastWriteTime,
            kind is EntryKind.SymbolicLink && problem is null ? ReadTarget(entry) : "",
            problem);
    }

    public Stream OpenContent()
    {
        ZipArchiveEntry entry = _archive.Entries[_next - 1];
        return new Crc32Stream(entry.Open(), entry.Crc32);
    }

    public void Dispose() => _archive.Dispose();

    private static EntryKind KindOf(int type) => type switch
    {
        0 or RegularType => EntryKind.File,
        DirectoryType => EntryKind.Directory,
        LinkType => EntryKind.SymbolicLink,
        _ => EntryKind.Other,
    };

    private static string? FindProblem(ZipArchiveEntry entry, EntryKind kind, int type, int method) =>
        kind is EntryKind.Other ? "It is neither a file nor a directory nor a link but a device, a FIFO or a socket."
        : entry.IsEncrypted ? "It is encrypted; make the archive without a password."
        : method is not (0 or 8 or 9) ? $"It is compressed by method {method}; make the archive with Deflate."
        : kind is EntryKind.Directory && (entry.Length > 0 || type is not (0 or DirectoryType)) ? "It is named like a directory and is none."
        : kind is EntryKind.SymbolicLink && entry.Length > MostTargetBytes ? $"The link's target has more than {EntryNames.MostPathBytes} bytes."
        : null;

    private static string ReadTarget(ZipArchiveEntry entry)
    {
        using Crc32Stream content = new(entry.Open(), entry.Crc32);
        byte[] buffer = new byte[MostTargetBytes + 1];
        int count = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }
}
