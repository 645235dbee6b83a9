namespace FuncExec.ExecutorPlugins.Processes.Linux;

/// <summary>What the tree takes.</summary>
internal sealed unsafe partial class LinuxProcess
{
    private const long KiB = 1024;

    private TimeSpan _userCpu;
    private TimeSpan _systemCpu;
    private long _peakMemory;
    private DateTimeOffset _finishedAt;
    private TimeSpan _duration;

    /// <summary>The ticks between which it was started.</summary>
    public ProcessStart Start => start;

    /// <summary>Whether a process was seen in its tree.</summary>
    public bool Knows(ProcStat process) => _known.Contains((process.Pid, process.StartTime));

    /// <summary>Adds what a reaped process of the tree has taken.</summary>
    public void Add(in LibC.Usage usage)
    {
        _userCpu += usage.User.Duration;
        _systemCpu += usage.System.Duration;
        _peakMemory = Math.Max(_peakMemory, usage.PeakMemory * KiB);
    }

    /// <summary>
    /// Looks at a running tree: how much memory each of it has had, and who belongs to it, so that one that leaves it later
    /// is known, and recorded for the next life.
    /// </summary>
    public void Look()
    {
        if (_phase is not Phase.Running || _exit is not null)
        {
            return;
        }

        _peakMemory = Math.Max(_peakMemory, ProcFile.ReadPeakMemory(pid));
        foreach (ProcStat member in Members())
        {
            _peakMemory = Math.Max(_peakMemory, ProcFile.ReadPeakMemory(member.Pid));
        }
    }

    /// <summary>Adds the process itself and what it has waited for, when it is reaped.</summary>
    private void AddLeader(LibC.Usage usage)
    {
        LibC.Usage own = default;
        _ = LibC.GetUsage(0, &own);

        // Below that the number is the service's memory at the start, which the two shared until the program was loaded.
        if (usage.PeakMemory <= own.PeakMemory)
        {
            usage.PeakMemory = 0;
        }

        Add(usage);
    }

    private void StampEnd()
    {
        _finishedAt = time.GetUtcNow();
        _duration = time.GetElapsedTime(start.Timestamp);
    }

    private ProcessUsage Measured() => new()
    {
        StartedAt = start.At,
        FinishedAt = _finishedAt,
        Duration = _duration,
        UserCpu = _userCpu,
        SystemCpu = _systemCpu,
        PeakMemoryBytes = _peakMemory > 0 ? _peakMemory : null,
    };
}
