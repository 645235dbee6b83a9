namespace Microsoft.DurableTask.Client;

/// <summary>How to delete orchestrations.</summary>
/// <param name="Recursive">Whether to delete their sub-orchestrations too. Default: false.</param>
public record PurgeInstanceOptions(bool Recursive = false);
