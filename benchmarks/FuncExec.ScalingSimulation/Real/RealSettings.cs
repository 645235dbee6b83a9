using FuncExec.ScalingSimulation.Model;

namespace FuncExec.ScalingSimulation.Real;

/// <summary>How real workers are run under a simulated autoscaler.</summary>
public sealed record RealSettings
{
    /// <summary>The service's program.</summary>
    public required string Executable { get; init; }

    /// <summary>A directory for what the nodes keep and log, empty.</summary>
    public required string Directory { get; init; }

    /// <summary>How much faster simulated time passes than real time: commands, drains and the autoscaler's times are as many times shorter.</summary>
    public required double Compression { get; init; }

    /// <summary>
    /// What workers are like, in simulated time. <see cref="FleetSettings.StartTime"/> does not matter: a process takes as long to start as
    /// it takes.
    /// </summary>
    public FleetSettings Fleet { get; init; } = new();

    /// <summary>How long a run may take, in real time. Default: an hour.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(1);
}
