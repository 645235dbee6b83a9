namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>When a process ran and what its tree took; null where the platform or the runner cannot tell.</summary>
public sealed record ProcessUsage
{
    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the end of the process itself was seen; what its tree took beyond that is not in it.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>The time between, by a clock that nobody sets.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Processor time in programs: the process, its waited-for descendants, and what it left behind.</summary>
    public TimeSpan? UserCpu { get; init; }

    /// <summary>Processor time in the kernel, of the same.</summary>
    public TimeSpan? SystemCpu { get; init; }

    /// <summary>
    /// The most memory that the largest single process of the tree had at once; not of the tree together. The kernel
    /// counts towards a started process what the service itself had when it started it, so that a smaller number says
    /// nothing: then it is the most that was seen by a look each second, or null for what ended before the first.
    /// </summary>
    public long? PeakMemoryBytes { get; init; }
}
