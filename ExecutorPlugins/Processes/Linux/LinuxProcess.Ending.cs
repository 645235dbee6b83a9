using System.Runtime.InteropServices;

namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>How the tree comes to its end: by itself, or by SIGTERM, the grace and SIGKILL until nothing is left.</summary>
internal sealed unsafe partial class LinuxProcess
{
    /// <summary>What is about to end by itself (the reader of a pipe whose writer has gone) is left to.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(100);

    /// <summary>What outlives SIGKILL for so long is not ours to end: it hangs in the kernel or belongs to another user.</summary>
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(10);

    /// <summary>For so long at once what runs away from SIGKILL is chased before other commands have their turn.</summary>
    private static readonly TimeSpan ChaseTurn = TimeSpan.FromMilliseconds(10);

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
        Draining,
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
            case LoopSignal.Kill:
                Stop(new ProcessOutcome.Cancelled(), Phase.Killing);
                break;
            case LoopSignal.Tick:
                Step();
                break;
            case LoopSignal.OutputRoom:
                OnRoom(StreamKind.Output);
                break;
            case LoopSignal.ErrorRoom:
                OnRoom(StreamKind.Error);
                break;
        }
    }

    private void Stop(ProcessOutcome reason, Phase by = Phase.Terminating)
    {
        if (_exit is null)
        {
            _stopped ??= reason;
        }

        if (_phase is Phase.Running or Phase.Lingering || (_phase is Phase.Terminating && by is Phase.Killing))
        {
            Enter(by);
        }
        else if (_phase is Phase.Draining && reason is ProcessOutcome.Cancelled)
        {
            // It has ended already; only its last output waits for room, and now waits no more.
            _givenUp = true;
            Drain();
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
            StampEnd();
            return true;
        }

        if (info.Pid == 0)
        {
            return false;
        }

        StampEnd();
        _exit = info.Code == exited
            ? new ProcessOutcome.Exited(info.Status)
            : new ProcessOutcome.Exited(128 + info.Status, info.Status);
        return true;
    }

    private void Step()
    {
        if (_phase is Phase.Draining or Phase.Done)
        {
            return;
        }

        if (_exit is not null && IsTreeGone())
        {
            Complete();
            return;
        }

        TimeSpan elapsed = time.GetElapsedTime(_phaseBegan);
        if (_phase is Phase.Running)
        {
            Enter(Phase.Lingering);
        }
        else if (_phase is Phase.Lingering && IsPaused)
        {
            // Its writers cannot end while we do not read.
            _phaseBegan = time.GetTimestamp();
            Schedule(Linger);
        }
        else if (_phase is Phase.Lingering && elapsed >= Linger)
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
            _givenUp = true;
            Complete();
        }
        else
        {
            if (_phase is Phase.Killing)
            {
                Chase();
            }

            Schedule(_phase is Phase.Killing && elapsed < GiveUp / 2 ? ChaseTurn : _interval * 2);
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
            Chase();
        }

        Schedule(TimeSpan.FromMilliseconds(5));
    }

    /// <summary>Kills again and again what has meanwhile started others: a child that was born before its parent's end.</summary>
    private void Chase()
    {
        long began = time.GetTimestamp();
        while (SignalTree(LibC.SigKill) && time.GetElapsedTime(began) < ChaseTurn)
        {
            loop.Orphans.Refresh();
        }
    }

    /// <summary>Looks again a little later, for instance because nothing could be seen now.</summary>
    public void Retry() => Schedule(TimeSpan.FromMilliseconds(100));

    private void Schedule(TimeSpan interval)
    {
        _interval = interval > TimeSpan.FromMilliseconds(100) ? TimeSpan.FromMilliseconds(100) : interval;
        _tick ??= time.CreateTimer(Post, LoopSignal.Tick, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _tick.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whoever left the leader's group, one by one; the group at once, by the kernel. Whether there were any of the first.</summary>
    private bool SignalTree(int signal)
    {
        bool others = Members(signal).Exists(member => member.Group != pid);
        _ = LibC.Kill(-pid, signal);
        return others;
    }

    /// <summary>Ends everything at once when our own code has failed: no other command may suffer from it.</summary>
    public void Break(Exception exception)
    {
        if (_phase is Phase.Done)
        {
            _completion.TrySetException(exception);
            return;
        }

        _phase = Phase.Done;
        _ = LibC.Kill(-pid, LibC.SigKill);
        Release();
        if (_exit is not null)
        {
            Reap();
        }

        _completion.TrySetException(exception);
    }

    /// <summary>The tree is gone, or not ours to end: reads the rest of its output and tells.</summary>
    private void Complete()
    {
        _phase = Phase.Draining;
        _afterEnd.AsSpan().Clear();
        Drain();
    }

    private void Finish()
    {
        if (_phase is Phase.Done)
        {
            return; // What was read last has failed, and that has finished it.
        }

        _phase = Phase.Done;
        Release();
        if (_exit is not null)
        {
            Reap();
        }
        else
        {
            StampEnd();
        }

        if (_fault is not null)
        {
            _completion.SetException(_fault);
        }
        else
        {
            _completion.SetResult((_stopped ?? _exit ?? new ProcessOutcome.Cancelled()) with { Usage = Measured() });
        }
    }

    private void Reap()
    {
        loop.Unregister(this);
        loop.Orphans.Strays.Ended(this);
        LibC.Unwatch(loop.Epoll, _pidfd);
        _ = LibC.Close(_pidfd);
        if (Orphans.Reap(pid) is { } usage)
        {
            AddLeader(usage);
        }

        Forget();
    }
}
