using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>How the tree comes to its end: by itself, or by SIGTERM, the grace and SIGKILL until nothing is left.</summary>
internal sealed unsafe partial class LinuxProcess
{
    /// <summary>What is about to end by itself (the reader of a pipe whose writer has gone) is left to.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);

    /// <summary>What outlives SIGKILL for so long is not ours to end: it hangs in the kernel or belongs to another user.</summary>
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(10);

    private readonly HashSet<(int Pid, long StartTime)> _known = [];
    private Phase _phase = Phase.Running;
    private long _phaseBegan;
    private ITimer? _tick;
    private TimeSpan _interval;

    private enum Phase
    {
        Running,
        Lingering,
        Terminating,
        Killing,
        Done,
    }

    /// <summary>Takes what was posted.</summary>
    public void Handle(LoopSignal signal)
    {
        switch (signal)
        {
            case LoopSignal.Timeout:
                Stop(new ProcessOutcome.TimedOut());
                break;
            case LoopSignal.Cancel:
                Stop(new ProcessOutcome.Cancelled());
                break;
            case LoopSignal.Tick:
                Step();
                break;
        }
    }

    private void Stop(ProcessOutcome reason)
    {
        if (_exit is null)
        {
            _stopped ??= reason;
        }

        if (_phase is Phase.Running or Phase.Lingering)
        {
            Enter(Phase.Terminating);
        }
    }

    private void OnExit()
    {
        if (_exit is not null || !ReadExit())
        {
            return;
        }

        if (_phase is Phase.Done)
        {
            Reap(); // Given up earlier, and gone at last.
        }
        else if (_phase is Phase.Running && !IsTreeGone())
        {
            Enter(Phase.Lingering);
        }
        else
        {
            Step();
        }
    }

    /// <summary>Looks at the exit status without taking it, so that the process's id stays its own.</summary>
    private bool ReadExit()
    {
        const int exited = 1;
        LibC.ExitInfo info = default;
        if (LibC.WaitId(WaitKind.Pid, pid, &info, WaitOptions.Exited | WaitOptions.NoHang | WaitOptions.NoReap) != 0)
        {
            _fault ??= new ProcessRunnerException(
                $"The exit status of a process was taken by other code of this service (error {Marshal.GetLastPInvokeError()}). As process 1, start the service below an init.");
            _exit = new ProcessOutcome.Cancelled();
            return true;
        }

        if (info.Pid == 0)
        {
            return false;
        }

        _exit = info.Code == exited
            ? new ProcessOutcome.Exited(info.Status)
            : new ProcessOutcome.Exited(128 + info.Status, info.Status);
        return true;
    }

    private void Step()
    {
        if (_phase is Phase.Done)
        {
            return;
        }

        if (_exit is not null && IsTreeGone())
        {
            Complete();
            return;
        }

        TimeSpan elapsed = time.GetElapsedTime(_phaseBegan);
        if (_phase is Phase.Lingering && elapsed >= Linger)
        {
            Enter(Phase.Terminating);
        }
        else if (_phase is Phase.Terminating && elapsed >= command.KillGrace)
        {
            Enter(Phase.Killing);
        }
        else if (_phase is Phase.Killing && elapsed >= GiveUp)
        {
            LinuxProcessLog.LeftBehind(logger, pid, string.Join(", ", Members().Select(static member => member.Pid)));
            Complete();
        }
        else
        {
            if (_phase is Phase.Killing)
            {
                SignalTree(LibC.SigKill);
            }

            Schedule(_interval * 2);
        }
    }

    private void Enter(Phase phase)
    {
        _phase = phase;
        _phaseBegan = time.GetTimestamp();
        if (phase is Phase.Terminating)
        {
            // A stopped process would not see the first before it is continued.
            SignalTree(LibC.SigTerm);
            SignalTree(LibC.SigCont);
        }
        else if (phase is Phase.Killing)
        {
            SignalTree(LibC.SigKill);
        }

        Schedule(TimeSpan.FromMilliseconds(5));
    }

    private void Schedule(TimeSpan interval)
    {
        _interval = interval > TimeSpan.FromMilliseconds(100) ? TimeSpan.FromMilliseconds(100) : interval;
        _tick ??= time.CreateTimer(Post, LoopSignal.Tick, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _tick.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The leader's group at once, by the kernel; whoever left it, one by one.</summary>
    private void SignalTree(int signal)
    {
        IReadOnlyList<ProcStat> members = Members();
        _ = LibC.Kill(-pid, signal);
        foreach (ProcStat member in members)
        {
            if (member.Group != pid)
            {
                ProcessSignals.Send(member, signal);
            }
        }
    }

    /// <summary>
    /// Whether nothing of the tree lives but perhaps the leader. A list of children may miss one while another ends, so
    /// only an empty list is believed at once.
    /// </summary>
    private bool IsTreeGone()
    {
        if (loop.Orphans.Current.Count > 0)
        {
            if (Members().Count > 0)
            {
                return false;
            }

            loop.Orphans.Refresh();
        }

        return Members().Count == 0;
    }

    private IReadOnlyList<ProcStat> Members()
    {
        IReadOnlyList<(ProcStat Process, LinuxProcess? Owner)> orphans = loop.Orphans.Current;
        if (_exit is not null && orphans.Count == 0)
        {
            return [];
        }

        List<ProcStat> members = [];
        foreach ((ProcStat orphan, LinuxProcess? owner) in orphans)
        {
            if (owner == this || _known.Contains((orphan.Pid, orphan.StartTime)))
            {
                members.Add(orphan);
            }
        }

        if (_exit is null)
        {
            AddChildren(pid, members);
        }

        for (int i = 0; i < members.Count; i++)
        {
            // Known, it is recognised when its parents are gone.
            _known.Add((members[i].Pid, members[i].StartTime));
            AddChildren(members[i].Pid, members);
        }

        return members;
    }

    /// <summary>Adds the living children; an id that meanwhile is another's has another parent.</summary>
    private static void AddChildren(int parent, List<ProcStat> members)
    {
        List<int> ids = [];
        ProcStat.AddChildren(parent, ids);
        foreach (int id in ids)
        {
            if (ProcStat.Read(id) is { IsAlive: true } child && child.Parent == parent)
            {
                members.Add(child);
            }
        }
    }

    /// <summary>Ends everything at once when our own code has failed: no other command may suffer from it.</summary>
    public void Break(Exception exception)
    {
        _phase = Phase.Done;
        _ = LibC.Kill(-pid, LibC.SigKill);
        Release();
        _completion.TrySetException(exception);
    }

    private void Complete()
    {
        // The most that a pipe holds by the system's default; a stranger that still writes is not waited for.
        const int mostReads = 32;
        for (int i = 0; i < mostReads && ReadOutput(StreamKind.Output) | ReadOutput(StreamKind.Error); i++)
        {
        }

        _phase = Phase.Done;
        ProcessOutcome outcome = _stopped ?? _exit ?? new ProcessOutcome.Cancelled();
        Release();
        if (_exit is not null)
        {
            Reap();
        }

        if (_fault is not null)
        {
            _completion.SetException(_fault);
        }
        else
        {
            _completion.SetResult(outcome);
        }
    }

    private void Reap()
    {
        loop.Unregister(this);
        LibC.Unwatch(loop.Epoll, _pidfd);
        _ = LibC.Close(_pidfd);
        Orphans.Reap(pid);
    }
}
