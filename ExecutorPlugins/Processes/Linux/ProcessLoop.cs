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
    private const long WakeKey = 0;

    private static readonly Lazy<ProcessLoop> LazyShared = new(() => new ProcessLoop());

    private readonly ConcurrentDictionary<long, LinuxProcess> _bySequence = new();
    private readonly ConcurrentDictionary<int, LinuxProcess> _byPid = new();
    private readonly ConcurrentQueue<(LinuxProcess Process, LoopSignal Signal)> _posted = new();
    private readonly string _markPrefix = $"{Guid.NewGuid():N}:";
    private readonly string _outerMark = Environment.GetEnvironmentVariable(ProcessSpawner.MarkVariable) is { Length: > 0 } outer ? outer + "/" : "";
    private readonly int _wake;
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
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);

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
            if (fd >= 0 && !LibC.Watch(Epoll, fd, kind is StreamKind.Input ? LibC.EpollOut : LibC.EpollIn, (process.Sequence << 2) | (long)kind))
            {
                Unregister(process);
                return false;
            }
        }

        WakeIfAsleep();
        return true;
    }

    /// <summary>Forgets a process; before it is reaped, for then its id may be another's.</summary>
    public void Unregister(LinuxProcess process)
    {
        _bySequence.TryRemove(process.Sequence, out _);
        _byPid.TryRemove(KeyValuePair.Create(process.Pid, process));
    }

    public LinuxProcess? FindByPid(int pid) => _byPid.GetValueOrDefault(pid);

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
            int timeout = !_posted.IsEmpty ? 0 : _bySequence.IsEmpty ? -1 : SweepMilliseconds;
            int count = LibC.EpollWait(Epoll, ready, MaxEvents, timeout);
            Orphans.Forget();
            for (int i = 0; i < count; i++)
            {
                Dispatch(LibC.ReadyKey(ready, i));
            }

            while (_posted.TryDequeue(out (LinuxProcess Process, LoopSignal Signal) posted))
            {
                Guard(posted.Process, posted.Signal, static (process, signal) => process.Handle(signal));
            }

            if (count == 0)
            {
                // Nobody else reaps what a long-running command leaves behind.
                Orphans.Refresh();
            }
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
