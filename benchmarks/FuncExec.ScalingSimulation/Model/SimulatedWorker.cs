namespace FuncExec.ScalingSimulation.Model;

/// <summary>A worker of the model.</summary>
/// <param name="started">When it was decided to start it.</param>
internal sealed class SimulatedWorker(TimeSpan started)
{
    internal TimeSpan Started { get; } = started;

    internal bool IsReady { get; set; }

    internal bool IsDraining { get; set; }

    internal bool IsGone { get; set; }

    /// <summary>What runs; the number tells one run of a command from another.</summary>
    internal Dictionary<long, SimulatedCommand> Running { get; } = [];

    /// <summary>Grows with each command that it takes: who waits for it to be idle sees whether it was.</summary>
    internal long Taken { get; set; }
}
