namespace DurableTask.Core.History;

/// <summary>The orchestration was started: the first event.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="input">The serialized input, or null.</param>
public class ExecutionStartedEvent(int eventId, string? input) : HistoryEvent(eventId)
{
    /// <summary>The serialized input, or null.</summary>
    public string? Input { get; } = input;

    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>The version asked for, or null.</summary>
    public string? Version { get; set; }

    /// <summary>Which one it is.</summary>
    public OrchestrationInstance? OrchestrationInstance { get; set; }

    /// <summary>Whose sub-orchestration it is, or null.</summary>
    public ParentInstance? ParentInstance { get; set; }

    /// <summary>Its tags, or null.</summary>
    public IDictionary<string, string>? Tags { get; set; }

    /// <summary>When it was to begin (UTC); null for at once.</summary>
    public DateTime? ScheduledStartTime { get; set; }

    /// <inheritdoc/>
    public override EventType EventType => EventType.ExecutionStarted;
}

/// <summary>The orchestration ended, in whatever way.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="result">The serialized output, or null.</param>
/// <param name="orchestrationStatus">How it ended.</param>
/// <param name="failureDetails">What it failed with, or null.</param>
public class ExecutionCompletedEvent(int eventId, string? result, OrchestrationStatus orchestrationStatus, FailureDetails? failureDetails) : HistoryEvent(eventId)
{
    /// <summary>The serialized output, or null.</summary>
    public string? Result { get; } = result;

    /// <summary>How it ended.</summary>
    public OrchestrationStatus OrchestrationStatus { get; } = orchestrationStatus;

    /// <summary>What it failed with, or null.</summary>
    public FailureDetails? FailureDetails { get; } = failureDetails;

    /// <inheritdoc/>
    public override EventType EventType => EventType.ExecutionCompleted;
}

/// <summary>The orchestration began anew.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="input">The serialized input of the next generation, or null.</param>
public class ContinueAsNewEvent(int eventId, string? input) : ExecutionCompletedEvent(eventId, input, OrchestrationStatus.ContinuedAsNew, null)
{
    /// <inheritdoc/>
    public override EventType EventType => EventType.ContinueAsNew;
}

/// <summary>The orchestration was terminated.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="input">The serialized output that it was given, or null.</param>
public class ExecutionTerminatedEvent(int eventId, string? input) : HistoryEvent(eventId)
{
    /// <summary>The serialized output that it was given, or null.</summary>
    public string? Input { get; } = input;

    /// <inheritdoc/>
    public override EventType EventType => EventType.ExecutionTerminated;
}

/// <summary>The orchestration was suspended.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="reason">Why, or null.</param>
public class ExecutionSuspendedEvent(int eventId, string? reason) : HistoryEvent(eventId)
{
    /// <summary>Why, or null.</summary>
    public string? Reason { get; } = reason;

    /// <inheritdoc/>
    public override EventType EventType => EventType.ExecutionSuspended;
}

/// <summary>The orchestration was resumed.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="reason">Why, or null.</param>
public class ExecutionResumedEvent(int eventId, string? reason) : HistoryEvent(eventId)
{
    /// <summary>Why, or null.</summary>
    public string? Reason { get; } = reason;

    /// <inheritdoc/>
    public override EventType EventType => EventType.ExecutionResumed;
}

/// <summary>The orchestration was taken back to before its failure.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="reason">Why, or null.</param>
public class ExecutionRewoundEvent(int eventId, string? reason) : HistoryEvent(eventId)
{
    /// <summary>Why, or null.</summary>
    public string? Reason { get; } = reason;

    /// <inheritdoc/>
    public override EventType EventType => EventType.ExecutionRewound;
}
