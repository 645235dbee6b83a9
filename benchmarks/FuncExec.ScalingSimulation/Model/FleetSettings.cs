namespace FuncExec.ScalingSimulation.Model;

/// <summary>What workers are like.</summary>
public sealed record FleetSettings
{
    /// <summary>Commands that one runs at once.</summary>
    public int Slots { get; init; } = 4;

    /// <summary>From the decision to the first command: scheduling, the container's start, the node's.</summary>
    public TimeSpan StartTime { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a worker that was told to end lets its commands run.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After how long without work a worker ends that is a Job.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(1);
}
