namespace Microsoft.DurableTask.Client.Entities;

/// <summary>What to clean up among stored entities.</summary>
public readonly record struct CleanEntityStorageRequest
{
    /// <summary>All of it.</summary>
    public static CleanEntityStorageRequest Default => new() { RemoveEmptyEntities = true, ReleaseOrphanedLocks = true };

    /// <summary>Whether to delete entities without a state.</summary>
    public bool RemoveEmptyEntities { get; init; }

    /// <summary>Whether to release locks of orchestrations that have ended.</summary>
    public bool ReleaseOrphanedLocks { get; init; }

    /// <summary>Where to begin: the token of an earlier result; null begins at the first.</summary>
    public string? ContinuationToken { get; init; }
}
