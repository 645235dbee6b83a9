namespace FuncExec.ScalingSimulation.Model;

/// <summary>A command of a model workload.</summary>
/// <param name="Arrival">When it is queued, since the beginning.</param>
/// <param name="Duration">How long it runs, if nobody ends it.</param>
public sealed record SimulatedCommand(TimeSpan Arrival, TimeSpan Duration);
