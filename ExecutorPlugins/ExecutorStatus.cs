namespace FuncExec.ExecutorPlugins;

/// <summary>An executor and whether it can run tasks now.</summary>
/// <param name="Description">Which executor.</param>
/// <param name="Health">What it says of itself; null for one that is not enabled, which is not asked.</param>
public sealed record ExecutorStatus(ExecutorDescription Description, ExecutorHealth? Health);
