namespace FuncExec.ExecutorPlugins;

/// <summary>What an executor offers.</summary>
/// <param name="Description">One sentence for people.</param>
/// <param name="Isolation">What separates one task from another and from the service, such as <c>process</c>.</param>
/// <param name="UsesDirectory">Whether an attempt needs a directory: only then are workspace and artifacts laid out and collected.</param>
public sealed record ExecutorCapabilities(string Description, string Isolation, bool UsesDirectory = false);
