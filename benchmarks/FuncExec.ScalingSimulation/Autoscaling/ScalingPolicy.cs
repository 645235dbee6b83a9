namespace FuncExec.ScalingSimulation.Autoscaling;

/// <summary>How much the HPA changes in a period.</summary>
/// <param name="IsPercent">Whether the value is a part of what there was at the period's begin, or a number of pods.</param>
/// <param name="Value">The most, in percent or pods.</param>
/// <param name="Period">The period.</param>
public sealed record ScalingPolicy(bool IsPercent, int Value, TimeSpan Period);
