using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>
/// The service's children that it has not started itself: what commands left behind. The kernel gives orphans to the
/// subreaper's main thread, so that its list of children, usually empty, tells at the price of one system call whether
/// there are any. For the loop's thread only.
/// </summary>
internal sealed unsafe class Orphans
{
    /// <summary>A dead process in our own session waits so long for the code that may have started it.</summary>
    private static readonly TimeSpan OthersMayWait = TimeSpan.FromSeconds(30);

    private readonly ProcessLoop _loop;
    private readonly int _children;
    private readonly int _ownSession = LibC.GetSession(0);
    private readonly List<int> _ids = [];
    private readonly List<(ProcStat Process, LinuxProcess? Owner)> _found = [];
    private readonly Dictionary<(int Pid, long StartTime), long> _unclaimed = [];
    private bool _fresh;

    public Orphans(ProcessLoop loop)
    {
        _loop = loop;
        _children = LibC.Open(ChildrenPath, LibC.OpenReadOnly | LibC.CloseOnExec);
        if (_children < 0)
        {
            throw new ProcessRunnerException($"'{ChildrenPath}' could not be read (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    /// <summary>The children of the service's main thread.</summary>
    public static string ChildrenPath { get; } = $"/proc/{Environment.ProcessId}/task/{Environment.ProcessId}/children";

    /// <summary>What left everything by which its command could be told.</summary>
    public Strays Strays { get; } = new();

    /// <summary>Whether any were there at the last look.</summary>
    public bool Any => _ids.Count > 0;

    /// <summary>The living ones and the command that each belongs to, where that can be told; as of this round of the loop.</summary>
    public IReadOnlyList<(ProcStat Process, LinuxProcess? Owner)> Current
    {
        get
        {
            if (!_fresh)
            {
                Refresh();
            }

            return _found;
        }
    }

    /// <summary>
    /// Whether the last look missed nobody. It may have when one of the orphans had died meanwhile (its children became
    /// orphans behind the look's back) or was loading a program (its environment cannot be read then, and so its mark).
    /// </summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Has the next use look again.</summary>
    public void Forget() => _fresh = false;

    /// <summary>Looks again, reaps the dead and ends what a finished command's tree has left.</summary>
    public void Refresh()
    {
        _fresh = true;
        _found.Clear();
        ReadIds();
        IsComplete = true;
        Strays.Forget(_ids);
        if (_ids.Count == 0)
        {
            return;
        }

        // Asked between reading the list and comparing it: what was in the list and being started is registered by now.
        bool certain = !_loop.IsSpawning;
        foreach (int id in _ids)
        {
            if (_loop.FindByPid(id) is null && ProcStat.Read(id) is { } process)
            {
                Sort(process, certain);
            }
        }
    }

    /// <summary>The kernel gives a page at a time; nobody but this reaps orphans, so that the list only grows meanwhile.</summary>
    private void ReadIds()
    {
        _ids.Clear();
        int total = 0;
        fixed (byte* buffer = _loop.Buffer)
        {
            nint length;
            while ((length = LibC.ReadAt(_children, buffer + total, _loop.Buffer.Length - total, total)) > 0)
            {
                total += (int)length;
            }

            ProcStat.ParseIds(new ReadOnlySpan<byte>(buffer, total), _ids);
        }
    }

    /// <summary>Lets the kernel forget an ended child; tells what it and its waited-for descendants took.</summary>
    public static LibC.Usage? Reap(int pid)
    {
        int status = 0;
        LibC.Usage usage = default;
        const int noHang = 1;
        return LibC.Wait(pid, &status, noHang, &usage) == pid ? usage : null;
    }

    private void Sort(ProcStat process, bool certain)
    {
        if (process.Session == _ownSession)
        {
            // Started by other code of this service, which waits for it itself; or an orphan of that.
            if (!process.IsAlive && IsUnclaimed(process))
            {
                _ = Reap(process.Pid);
            }

            return;
        }

        LinuxProcess? owner = _loop.FindByPid(process.Session) ?? _loop.FindByMember(process);
        if (!process.IsAlive)
        {
            IsComplete = false;
            if ((certain || process.Session != process.Pid) && Reap(process.Pid) is { } usage)
            {
                (owner ?? OnlyOneThatMayHaveStarted(process))?.Add(usage);
            }

            return;
        }

        if (owner is null && FindByMark(process, certain) is var (ends, marked))
        {
            if (ends)
            {
                ProcessSignals.Send(process, LibC.SigKill);
                return;
            }

            owner = marked;
        }

        _found.Add((process, owner));
    }

    /// <summary>The dead have no environment any more.</summary>
    private LinuxProcess? OnlyOneThatMayHaveStarted(ProcStat process)
    {
        LinuxProcess[] older = [.. _loop.Running.Where(command => command.Start.From <= process.StartTime).Take(2)];
        return older.Length == 1 ? older[0] : null;
    }

    private (bool Ends, LinuxProcess? Owner) FindByMark(ProcStat process, bool certain)
    {
        byte[]? environment = ProcFile.ReadEnvironment(process.Pid);
        if (environment is [] && ProcStat.Read(process.Pid) is not { HasNoEnvironment: true })
        {
            IsComplete = false;
            return default;
        }

        string? mark = ProcFile.FindVariable(environment, ProcessSpawner.MarkVariable);
        (bool isOurs, LinuxProcess? owner) = mark is null ? default : _loop.ReadMark(mark);
        return isOurs ? (owner is null && certain, owner)
            : certain ? Strays.Judge(process, _loop.Running)
            : default;
    }

    private bool IsUnclaimed(ProcStat process)
    {
        long now = Environment.TickCount64;
        if (_unclaimed.TryAdd((process.Pid, process.StartTime), now))
        {
            foreach ((int Pid, long StartTime) old in _unclaimed.Keys.Where(key => !_ids.Contains(key.Pid)).ToList())
            {
                _unclaimed.Remove(old);
            }

            return false;
        }

        return now - _unclaimed[(process.Pid, process.StartTime)] > OthersMayWait.TotalMilliseconds;
    }
}
