using System.Formats.Tar;
using System.IO.Compression;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>Reads a tar.gz.</summary>
internal sealed class TarSource : IArchiveSource
{
    private readonly TarStream _stream;
    private readonly TarReader _reader;
    private TarEntry? _entry;

    public TarSource(Stream archive, BurstGuard guard)
    {
        _stream = new TarStream(new GZipStream(new MarkedArchive(archive), CompressionMode.Decompress), guard);
        _reader = new TarReader(_stream, leaveOpen: true);
    }

    public ArchiveEntry? Next()
    {
        do
        {
            _stream.IsContent = false;
            _entry = _reader.GetNextEntry();
        }
        while (_entry is PaxGlobalExtendedAttributesTarEntry);
        if (_entry is null)
        {
            _stream.ReadEnd();
            return null;
        }

        EntryKind kind = KindOf(_entry.EntryType);
        return new ArchiveEntry(
            _entry.Name,
            kind,
            kind is EntryKind.File ? _entry.Length : 0,
            (_entry.Mode & UnixFileMode.UserExecute) != 0,
            _entry.ModificationTime,
            kind is EntryKind.SymbolicLink or EntryKind.HardLink ? _entry.LinkName : "",
            FindProblem(_entry, kind));
    }

    public Stream OpenContent()
    {
        _stream.IsContent = true;
        return _entry!.DataStream ?? Stream.Null;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }

    private static EntryKind KindOf(TarEntryType type) => type switch
    {
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => EntryKind.File,
        TarEntryType.Directory => EntryKind.Directory,
        TarEntryType.SymbolicLink => EntryKind.SymbolicLink,
        TarEntryType.HardLink => EntryKind.HardLink,
        _ => EntryKind.Other,
    };

    private static string? FindProblem(TarEntry entry, EntryKind kind) =>
        kind is EntryKind.Other ? $"It is neither a file nor a directory nor a link but a {Describe(entry.EntryType)}."
        : entry is PaxTarEntry pax && pax.ExtendedAttributes.Keys.Any(static key => key.StartsWith("GNU.sparse", StringComparison.Ordinal))
            ? "It is a sparse file; make the archive without --sparse."
        : null;

    private static string Describe(TarEntryType type) => type switch
    {
        TarEntryType.CharacterDevice or TarEntryType.BlockDevice => "device",
        TarEntryType.Fifo => "FIFO",
        TarEntryType.SparseFile => "sparse file; make the archive without --sparse",
        _ => $"tar entry of type {type}",
    };
}
