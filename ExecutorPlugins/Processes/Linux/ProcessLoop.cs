using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// The one thread that watches every process of this service: their ends, their pipes, and what is posted to them. There
/// is one for the whole service because children, orphans among them, belong to the whole service too.
/// </summary>
internal sealed unsafe class ProcessLoop
{
    private const int MaxEvents = 256;
    private const int SweepMilliseconds = 1000;

    /// <summary>The most running commands that are looked at in one sweep; the others have their turn in the next.</summary>
    private const int LooksPerSweep = 128;
    private const long WakeKey = 0;

    private static readonly Lazy<ProcessLoop> LazyShared = new(() => new ProcessLoop());

    private readonly ConcurrentDictionary<long, LinuxProcess> _bySequence = new();
    private readonly ConcurrentDictionary<int, LinuxProcess> _byPid = new();
    private readonly ConcurrentQueue<(LinuxProcess Process, LoopSignal Signal)> _posted = new();
    private readonly string _markPrefix = $"{Guid.NewGuid():N}:";
    private readonly string _outerMark = Environment.GetEnvironmentVariable(ProcessSpawner.MarkVariable) is { Length: > 0 } outer ? outer + "/" : "";
    private readonly int _wake;
    private readonly bool _isInit = Environment.ProcessId == 1;
    private long _lastSweep = Environment.TickCount64;
    private long _lastLooked;
    private long _sequence;
    private int _spawning;
    private int _mustWake = 1;

    private ProcessLoop()
    {
        SubreaperSetup.Apply();
        Epoll = LibC.EpollCreate(LibC.CloseOnExec);
        _wake = LibC.EventFd(0, LibC.CloseOnExec | LibC.NonBlock);
        if (Epoll < 0 || _wake < 0 || !LibC.Watch(Epoll, _wake, LibC.EpollIn, WakeKey))
        {
            throw new ProcessRunnerException($"No epoll could be opened (error {Marshal.GetLastPInvokeError()}): raise the limit of open files.");
        }

        Orphans = new Orphans(this);
        new Thread(Run) { IsBackground = true, Name = "funcexec-processes" }.Start();
    }

    public static ProcessLoop Shared => LazyShared.Value;

    /// <summary>The epoll that watches everything.</summary>
    public int Epoll { get; }

    /// <summary>What commands have left behind; for the loop's thread only.</summary>
    public Orphans Orphans { get; }

    /// <summary>Where to read to, pinned; for the loop's thread only.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);

    /// <summary>The commands whose outcome is not known yet.</summary>
    public IEnumerable<LinuxProcess> Running => _bySequence.Values;

    /// <summary>By what the environment of each process of this life can be told from others'.</summary>
    public string MarkPrefix => _markPrefix;

    /// <summary>Whether a process may exist that is not registered yet.</summary>
    public bool IsSpawning => Volatile.Read(ref _spawning) > 0;

    /// <summary>Announces a start, until disposed: no child that is not known yet is taken for an orphan meanwhile.</summary>
    public Spawning BeginSpawn()
    {
        Interlocked.Increment(ref _spawning);
        return new Spawning(this, Interlocked.Increment(ref _sequence));
    }

    /// <summary>Watches a process from now on; false when the system refuses.</summary>
    public bool Register(LinuxProcess process)
    {
        _bySequence[process.Sequence] = process;
        _byPid[process.Pid] = process;
        foreach ((int fd, StreamKind kind) in process.Descriptors)
        {
            if (fd >= 0 && !Watch(process, fd, kind))
            {
                Unregister(process);
                return false;
            }
        }

        WakeIfAsleep();
        return true;
    }

    /// <summary>Has the process told what happens at one of its descriptors; false when the system refuses.</summary>
    public bool Watch(LinuxProcess process, int fd, StreamKind kind) =>
        LibC.Watch(Epoll, fd, kind is StreamKind.Input ? LibC.EpollOut : LibC.EpollIn, (process.Sequence << 2) | (long)kind);

    /// <summary>Forgets a process; before it is reaped, for then its id may be another's.</summary>
    public void Unregister(LinuxProcess process)
    {
        _bySequence.TryRemove(process.Sequence, out _);
        _byPid.TryRemove(KeyValuePair.Create(process.Pid, process));
    }

    public LinuxProcess? FindByPid(int pid) => _byPid.GetValueOrDefault(pid);

    /// <summary>The command in whose tree a process was seen.</summary>
    public LinuxProcess? FindByMember(ProcStat process)
    {
        foreach ((_, LinuxProcess command) in _bySequence)
        {
            if (command.Knows(process))
            {
                return command;
            }
        }

        return null;
    }

    /// <summary>Has a signal handled on the loop's thread.</summary>
    public void Post(LinuxProcess process, LoopSignal signal)
    {
        _posted.Enqueue((process, signal));
        WakeIfAsleep();
    }

    /// <summary>Reads a mark: whether it is of this service, and the process it names if that still runs.</summary>
    public (bool IsOurs, LinuxProcess? Owner) ReadMark(ReadOnlySpan<char> mark)
    {
        foreach (Range part in mark.Split('/'))
        {
            ReadOnlySpan<char> text = mark[part];
            if (text.StartsWith(_markPrefix) && long.TryParse(text[_markPrefix.Length..], out long sequence))
            {
                return (true, _bySequence.GetValueOrDefault(sequence));
            }
        }

        return (false, null);
    }

    private void WakeIfAsleep()
    {
        if (Interlocked.Exchange(ref _mustWake, 0) == 1)
        {
            long one = 1;
            _ = LibC.Write(_wake, (byte*)&one, sizeof(long));
        }
    }

    private void Run()
    {
        byte* ready = stackalloc byte[MaxEvents * 16];
        while (true)
        {
            Volatile.Write(ref _mustWake, 1);
            Interlocked.MemoryBarrier();
            int count = LibC.EpollWait(Epoll, ready, MaxEvents, _posted.IsEmpty ? UntilSweep() : 0);
            Orphans.Forget();
            for (int i = 0; i < count; i++)
            {
                Dispatch(LibC.ReadyKey(ready, i));
            }

            while (_posted.TryDequeue(out (LinuxProcess Process, LoopSignal Signal) posted))
            {
                Guard(posted.Process, posted.Signal, static (process, signal) => process.Handle(signal));
            }

            if (UntilSweep() == 0)
            {
                Sweep();
            }
        }
    }

    /// <summary>In how many milliseconds to look again; -1 for never while nothing runs that could leave anything.</summary>
    private int UntilSweep() => _bySequence.IsEmpty && !Orphans.Any && !_isInit
        ? -1
        : (int)Math.Clamp(_lastSweep + SweepMilliseconds - Environment.TickCount64, 0, SweepMilliseconds);

    /// <summary>Nobody else reaps what a long-running command leaves behind; and as process 1, what anybody does.</summary>
    private void Sweep()
    {
        _lastSweep = Environment.TickCount64;
        try
        {
            Orphans.Refresh();
            foreach (LinuxProcess process in _bySequence.Values.Where(process => process.Sequence > _lastLooked).OrderBy(static process => process.Sequence).Take(LooksPerSweep))
            {
                process.Look();
                _lastLooked = process.Sequence;
            }

            if (!_bySequence.Keys.Any(sequence => sequence > _lastLooked))
            {
                _lastLooked = 0;
            }
        }
        catch (ProcessTableException)
        {
            // Without a descriptor to look with: the next sweep may have one.
        }
    }

    private void Dispatch(long key)
    {
        if (key == WakeKey)
        {
            long count;
            _ = LibC.Read(_wake, (byte*)&count, sizeof(long));
        }
        else if (_bySequence.TryGetValue(key >> 2, out LinuxProcess? process))
        {
            Guard(process, (StreamKind)(key & 3), static (process, ready) => process.Handle(ready));
        }
    }

    private static void Guard<T>(LinuxProcess process, T argument, Action<LinuxProcess, T> handle)
    {
        try
        {
            handle(process, argument);
        }
        catch (ProcessTableException)
        {
            process.Retry();
        }
        catch (Exception exception) // The thread serves all commands; the one concerned gets what was thrown.
        {
            process.Break(exception);
        }
    }

    /// <summary>A start under way.</summary>
    internal readonly struct Spawning(ProcessLoop loop, long sequence) : IDisposable
    {
        public long Sequence { get; } = sequence;

        public string Mark => $"{loop._outerMark}{loop._markPrefix}{Sequence}";

        public void Dispose() => Interlocked.Decrement(ref loop._spawning);
    }
}
