namespace FuncExec.ExecutorPlugins;

/// <summary>An executor as lists show it.</summary>
/// <param name="Name">By which jobs choose it.</param>
/// <param name="Capabilities">What it offers.</param>
/// <param name="IsEnabled">Whether tasks may use it here.</param>
/// <param name="Origin">Where it comes from: the name of its assembly, or the path of the file that a setting names.</param>
public sealed record ExecutorDescription(string Name, ExecutorCapabilities Capabilities, bool IsEnabled, string Origin);
