namespace FuncExec.ScalingSimulation.Model;

/// <summary>What a simulation came to.</summary>
public sealed record SimulationResult
{
    /// <summary>At each decision of the autoscaler.</summary>
    public required IReadOnlyList<ScalingSample> Samples { get; init; }

    /// <summary>From the first command's arrival to its start.</summary>
    public required TimeSpan FirstStart { get; init; }

    /// <summary>From arrival to first start, of each command, the shortest first.</summary>
    public required IReadOnlyList<TimeSpan> Waits { get; init; }

    /// <summary>Commands that ended with their work done.</summary>
    public required int Finished { get; init; }

    /// <summary>How often a command was ended because its worker was, and began anew elsewhere.</summary>
    public required int Ended { get; init; }

    /// <summary>All workers' time together, from the decision to start to their end.</summary>
    public required TimeSpan WorkerTime { get; init; }

    /// <summary>When the last worker was gone, since the beginning.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>The wait that a part of all commands did not exceed.</summary>
    /// <param name="part">From 0 to 1.</param>
    public TimeSpan WaitAt(double part) => Waits[Math.Min(Waits.Count - 1, (int)(part * Waits.Count))];
}
