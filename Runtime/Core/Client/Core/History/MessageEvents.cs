namespace DurableTask.Core.History;

/// <summary>An event was sent to an orchestration, or something asked of an entity.</summary>
/// <param name="eventId">The event's number.</param>
public class EventSentEvent(int eventId) : HistoryEvent(eventId)
{
    /// <summary>Whom it was sent to.</summary>
    public string? InstanceId { get; set; }

    /// <summary>The event's name; of an entity, the operation's.</summary>
    public string? Name { get; set; }

    /// <summary>The serialized payload, or null.</summary>
    public string? Input { get; set; }

    /// <inheritdoc/>
    public override EventType EventType => EventType.EventSent;
}

/// <summary>An event came in, or an entity's answer.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="input">The serialized payload, or null.</param>
public class EventRaisedEvent(int eventId, string? input) : HistoryEvent(eventId)
{
    /// <summary>The serialized payload, or null.</summary>
    public string? Input { get; } = input;

    /// <summary>The event's name; of an answer, the number of the event that asked.</summary>
    public string? Name { get; set; }

    /// <inheritdoc/>
    public override EventType EventType => EventType.EventRaised;
}
