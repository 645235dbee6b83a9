namespace Microsoft.DurableTask.Client;

/// <summary>How to end an orchestration from outside.</summary>
/// <param name="Output">The output it is given, or null; it is serialized.</param>
/// <param name="Recursive">Whether to end its sub-orchestrations too. Default: false.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
