namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Calls a function again when it fails. Only for triggers that say so; activities take a retry policy from their
/// orchestrator instead.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class RetryAttribute : Attribute
{
    /// <summary>How often at most; −1 for ever.</summary>
    public int MaxRetryCount { get; set; }
}
