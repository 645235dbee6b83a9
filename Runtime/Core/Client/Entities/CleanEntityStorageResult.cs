namespace Microsoft.DurableTask.Client.Entities;

/// <summary>What was cleaned up.</summary>
public readonly record struct CleanEntityStorageResult
{
    /// <summary>How many entities without a state were deleted.</summary>
    public int EmptyEntitiesRemoved { get; init; }

    /// <summary>How many locks of orchestrations that have ended were released.</summary>
    public int OrphanedLocksReleased { get; init; }

    /// <summary>Where to go on; null when all is done.</summary>
    public string? ContinuationToken { get; init; }
}
