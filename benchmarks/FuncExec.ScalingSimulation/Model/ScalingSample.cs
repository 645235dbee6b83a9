namespace FuncExec.ScalingSimulation.Model;

/// <summary>How things stood at a moment.</summary>
/// <param name="At">When, since the beginning.</param>
/// <param name="Need">How many workers there was work for.</param>
/// <param name="Replicas">Workers that were there or started, without those that drained.</param>
/// <param name="Draining">Workers that drained.</param>
public sealed record ScalingSample(TimeSpan At, int Need, int Replicas, int Draining);
