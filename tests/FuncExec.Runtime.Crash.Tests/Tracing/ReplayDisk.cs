namespace FuncExec.Runtime.Crash.Tests.Tracing;

/// <summary>
/// A disk that forgets: it keeps of each file what was written before the file's last sync, and of the rest as much as
/// it is told to. Names appear and vanish at once.
/// </summary>
internal sealed class ReplayDisk
{
    /// <summary>What a disk writes at once.</summary>
    private const int Sector = 512;

    private readonly Dictionary<string, byte[]> _files = [];
    private readonly List<TraceEvent> _unsynced = [];

    /// <summary>The next event has returned.</summary>
    public void Apply(TraceEvent happened)
    {
        switch (happened)
        {
            case TraceEvent.Created created:
                _files.TryAdd(created.Path, []);
                break;
            case TraceEvent.Deleted deleted:
                _files.Remove(deleted.Path);
                _unsynced.RemoveAll(change => PathOf(change) == deleted.Path);
                break;
            case TraceEvent.Wrote or TraceEvent.Resized:
                _unsynced.Add(happened);
                break;
            case TraceEvent.Synced synced:
                _unsynced.Where(change => PathOf(change) == synced.Path).ToList().ForEach(change => Change(_files, change));
                _unsynced.RemoveAll(change => PathOf(change) == synced.Path);
                break;
        }
    }

    /// <summary>The files, without anything that was not synced. Their content is never changed later.</summary>
    public IReadOnlyDictionary<string, byte[]> Dropped() => new Dictionary<string, byte[]>(_files);

    /// <summary>The files with some of what was not synced: a prefix, whose last write ends with a whole sector.</summary>
    public IReadOnlyDictionary<string, byte[]> Torn(Random random)
    {
        var files = new Dictionary<string, byte[]>(_files);
        int kept = random.Next(_unsynced.Count + 1);
        foreach (TraceEvent change in _unsynced.Take(kept))
        {
            Change(files, change);
        }

        if (kept < _unsynced.Count && _unsynced[kept] is TraceEvent.Wrote cut)
        {
            Change(files, cut with { Data = cut.Data[..(random.Next((cut.Data.Length / Sector) + 1) * Sector)] });
        }

        return files;
    }

    private static string PathOf(TraceEvent change) => change switch
    {
        TraceEvent.Wrote wrote => wrote.Path,
        TraceEvent.Resized resized => resized.Path,
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "Not a change of a file's content."),
    };

    private static void Change(Dictionary<string, byte[]> files, TraceEvent change)
    {
        byte[] before = files[PathOf(change)];
        long length = change switch
        {
            TraceEvent.Wrote wrote => Math.Max(before.Length, wrote.Offset + wrote.Data.Length),
            TraceEvent.Resized resized => resized.Length,
            _ => before.Length,
        };
        var after = new byte[length];
        before.AsSpan(0, (int)Math.Min(before.Length, length)).CopyTo(after);
        if (change is TraceEvent.Wrote { Data: var data, Offset: var offset })
        {
            data.CopyTo(after, offset);
        }

        files[PathOf(change)] = after;
    }
}
