namespace Microsoft.DurableTask.Client;

/// <summary>Where an orchestration stands.</summary>
public enum OrchestrationRuntimeStatus
{
    /// <summary>It has begun and has not ended.</summary>
    Running,

    /// <summary>It has ended with a result.</summary>
    Completed,

    /// <summary>Never reported: the next generation is simply running.</summary>
    [Obsolete("Never reported.")]
    ContinuedAsNew,

    /// <summary>It has ended with a failure.</summary>
    Failed,

    /// <summary>Never reported.</summary>
    [Obsolete("Never reported.")]
    Canceled,

    /// <summary>It was ended from outside.</summary>
    Terminated,

    /// <summary>It was started, but none of its code has run yet.</summary>
    Pending,

    /// <summary>Its code is not run until it is resumed.</summary>
    Suspended,
}
