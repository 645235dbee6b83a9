namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which try of a function with a retry policy this is.</summary>
public abstract class RetryContext
{
    /// <summary>How often it was tried again already.</summary>
    public abstract int RetryCount { get; }

    /// <summary>How often it is tried again at most.</summary>
    public abstract int MaxRetryCount { get; }
}
