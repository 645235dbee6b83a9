namespace DurableTask.Core.History;

/// <summary>An activity was called.</summary>
/// <param name="eventId">The event's number.</param>
public class TaskScheduledEvent(int eventId) : HistoryEvent(eventId)
{
    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>The version asked for, or null.</summary>
    public string? Version { get; set; }

    /// <summary>The serialized input, or null.</summary>
    public string? Input { get; set; }

    /// <summary>Its tags, or null.</summary>
    public IDictionary<string, string>? Tags { get; set; }

    /// <inheritdoc/>
    public override EventType EventType => EventType.TaskScheduled;
}

/// <summary>An activity ended with a result.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="taskScheduledId">The number of the event that asked for it.</param>
/// <param name="result">The serialized result, or null.</param>
public class TaskCompletedEvent(int eventId, int taskScheduledId, string? result) : HistoryEvent(eventId)
{
    /// <summary>The number of the event that asked for it.</summary>
    public int TaskScheduledId { get; } = taskScheduledId;

    /// <summary>The serialized result, or null.</summary>
    public string? Result { get; } = result;

    /// <inheritdoc/>
    public override EventType EventType => EventType.TaskCompleted;
}

/// <summary>An activity failed.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="taskScheduledId">The number of the event that asked for it.</param>
/// <param name="reason">The message of what it failed with.</param>
/// <param name="details">The stack trace, or null.</param>
/// <param name="failureDetails">What it failed with.</param>
public class TaskFailedEvent(int eventId, int taskScheduledId, string? reason, string? details, FailureDetails? failureDetails) : HistoryEvent(eventId)
{
    /// <summary>The number of the event that asked for it.</summary>
    public int TaskScheduledId { get; } = taskScheduledId;

    /// <summary>The message of what it failed with.</summary>
    public string? Reason { get; } = reason;

    /// <summary>The stack trace, or null.</summary>
    public string? Details { get; } = details;

    /// <summary>What it failed with.</summary>
    public FailureDetails? FailureDetails { get; } = failureDetails;

    /// <inheritdoc/>
    public override EventType EventType => EventType.TaskFailed;
}
