namespace FuncExec.ExecutorPlugins;

/// <summary>What an executor offers.</summary>
/// <param name="Description">One sentence for people.</param>
/// <param name="Isolation">What separates one task from another and from the service, such as <c>process</c>.</param>
public sealed record ExecutorCapabilities(string Description, string Isolation);
