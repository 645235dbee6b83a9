namespace FuncExec.ExecutorPlugins;

/// <summary>Whether an executor can run tasks now.</summary>
/// <param name="IsHealthy">Whether it can.</param>
/// <param name="Detail">What it runs with, or why it cannot.</param>
public sealed record ExecutorHealth(bool IsHealthy, string Detail);
