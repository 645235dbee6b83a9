namespace FuncExec.Runtime.Crash.Tests.Tracing;

/// <summary>
/// A disk that forgets: it keeps of each file what was written before the file's last sync, and of the rest as much as
/// it is told to. Names appear and vanish at once.
/// </summary>
internal sealed class ReplayDisk
{
    /// <summary>What a disk writes at once.</summary>
    private const int Sector = 512;

    private readonly Dictionary<string, MemoryStream> _files = [];
    private readonly List<TraceEvent> _unsynced = [];

    /// <summary>The next event has returned.</summary>
    public void Apply(TraceEvent happened)
    {
        switch (happened)
        {
            case TraceEvent.Created created:
                _files.TryAdd(created.Path, new MemoryStream());
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

    /// <summary>The files, without anything that was not synced.</summary>
    public IReadOnlyDictionary<string, byte[]> Dropped() => _files.ToDictionary(static file => file.Key, static file => file.Value.ToArray());

    /// <summary>The files with some of what was not synced: a prefix, whose last write ends with a whole sector.</summary>
    public IReadOnlyDictionary<string, byte[]> Torn(Random random)
    {
        var files = _files.ToDictionary(static file => file.Key, static file => Copy(file.Value));
        int kept = random.Next(_unsynced.Count + 1);
        foreach (TraceEvent change in _unsynced.Take(kept))
        {
            Change(files, change);
        }

        if (kept < _unsynced.Count && _unsynced[kept] is TraceEvent.Wrote cut)
        {
            Change(files, cut with { Data = cut.Data[..(random.Next((cut.Data.Length / Sector) + 1) * Sector)] });
        }

        return files.ToDictionary(static file => file.Key, static file => file.Value.ToArray());
    }

    private static MemoryStream Copy(MemoryStream file)
    {
        var copy = new MemoryStream((int)file.Length);
        file.WriteTo(copy);
        return copy;
    }

    private static string PathOf(TraceEvent change) => change switch
    {
        TraceEvent.Wrote wrote => wrote.Path,
        TraceEvent.Resized resized => resized.Path,
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "Not a change of a file's content."),
    };

    private static void Change(Dictionary<string, MemoryStream> files, TraceEvent change)
    {
        MemoryStream file = files[PathOf(change)];
        switch (change)
        {
            case TraceEvent.Wrote { Data.Length: > 0 } wrote:
                file.Position = wrote.Offset;
                file.Write(wrote.Data);
                break;
            case TraceEvent.Resized resized:
                file.SetLength(resized.Length);
                break;
        }
    }
}
