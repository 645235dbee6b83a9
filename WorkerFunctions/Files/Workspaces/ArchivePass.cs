using System.Buffers;
using System.Text;

namespace FuncExec.WorkerFunctions.Files.Workspaces;

/// <summary>
/// Goes through an archive once: checks every entry and reads all content, and gives it to a sink if there is one. Checking
/// and unpacking are the same code, so that nothing is unpacked that would not pass.
/// </summary>
internal sealed class ArchivePass(BurstGuard guard, IArchiveSink? sink, CancellationToken cancellationToken)
{
    private const int MostMistakes = 50;
    private const int BufferSize = 128 * 1024;

    private readonly ArchiveTree _tree = new();
    private readonly List<ArchiveMistake> _mistakes = [];
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);

    /// <summary>Goes through it.</summary>
    /// <returns>What is wrong with it; nothing when it is fit to be a workspace.</returns>
    /// <exception cref="IOException">It cannot be read, or the sink cannot write.</exception>
    public IReadOnlyList<ArchiveMistake> Run(Func<IArchiveSource> open)
    {
        string? current = null;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using IArchiveSource source = open();
            while (_mistakes.Count < MostMistakes && source.Next() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                current = entry.Name;
                guard.CountEntry(Encoding.UTF8.GetByteCount(entry.Name) + Encoding.UTF8.GetByteCount(entry.Target));
                Take(source, entry, buffer);
                current = null;
            }

            if (_mistakes.Count == 0)
            {
                sink?.End();
            }
        }
        catch (ArchiveBurstException exception)
        {
            _mistakes.Add(new ArchiveMistake(current, exception.Message));
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            _mistakes.Add(new ArchiveMistake(current, $"The archive is broken or cut off: {exception.Message}"));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return _mistakes;
    }

    /// <summary>What the readers of archives throw when bytes make no sense.</summary>
    private static bool IsBroken(Exception exception) => exception is InvalidDataException or EndOfStreamException or FormatException
        or ArgumentException or OverflowException or NotSupportedException or DecoderFallbackException;

    private void Take(IArchiveSource source, ArchiveEntry entry, byte[] buffer)
    {
        string? fault = _tree.Add(entry, out string path, out string target);
        if (fault is not null)
        {
            _mistakes.Add(new ArchiveMistake(entry.Name, fault));
        }

        IArchiveSink? taker = fault is null && path.Length > 0 && _mistakes.Count == 0 ? sink : null;
        switch (entry.Kind)
        {
            case EntryKind.File when entry.Problem is null:
                TakeFile(source, entry, path, taker, buffer);
                break;
            case EntryKind.Directory:
                taker?.AddDirectory(path, entry.Modified);
                break;
            case EntryKind.HardLink when fault is null:
                // It may be laid out as a copy.
                guard.CountBytes(_sizes[target]);
                taker?.AddHardLink(path, target);
                break;
            case EntryKind.SymbolicLink:
                taker?.AddSymbolicLink(path, entry.Target);
                break;
        }
    }

    private void TakeFile(IArchiveSource source, ArchiveEntry entry, string path, IArchiveSink? taker, byte[] buffer)
    {
        long size = 0;
        using (Stream content = source.OpenContent())
        using (Stream? file = taker?.CreateFile(path, entry.IsExecutable))
        {
            int count;
            while ((count = content.Read(buffer)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                guard.CountBytes(count);
                file?.Write(buffer.AsSpan(0, count));
                size += count;
            }
        }

        if (size != entry.Size)
        {
            throw new InvalidDataException($"The entry should have {entry.Size} bytes and has {size}.");
        }

        _sizes[path] = size;
        taker?.EndFile(path, entry.Modified);
    }
}
