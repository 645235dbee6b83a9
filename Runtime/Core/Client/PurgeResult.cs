namespace Microsoft.DurableTask.Client;

/// <summary>What was deleted.</summary>
public class PurgeResult
{
    /// <summary>Makes a result that leaves open whether more is left to delete.</summary>
    /// <param name="count">How many instances were deleted; 0 or more.</param>
    public PurgeResult(int count)
        : this(count, null)
    {
    }

    /// <summary>Makes a result.</summary>
    /// <param name="count">How many instances were deleted; 0 or more.</param>
    /// <param name="isComplete">Whether all that matched were; null when it is not known.</param>
    public PurgeResult(int count, bool? isComplete)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
        IsComplete = isComplete;
    }

    /// <summary>How many instances were deleted.</summary>
    public int PurgedInstanceCount { get; }

    /// <summary>Whether all that matched were deleted; null when it is not known.</summary>
    public bool? IsComplete { get; }
}
