namespace DurableTask.Core.History;

/// <summary>A timer was created.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="fireAt">When it is due (UTC).</param>
public class TimerCreatedEvent(int eventId, DateTime fireAt) : HistoryEvent(eventId)
{
    /// <summary>When it is due (UTC).</summary>
    public DateTime FireAt { get; } = fireAt;

    /// <inheritdoc/>
    public override EventType EventType => EventType.TimerCreated;
}

/// <summary>A timer was due.</summary>
/// <param name="eventId">The event's number.</param>
/// <param name="fireAt">When it is due (UTC).</param>
public class TimerFiredEvent(int eventId, DateTime fireAt) : HistoryEvent(eventId)
{
    /// <summary>When it is due (UTC).</summary>
    public DateTime FireAt { get; } = fireAt;

    /// <summary>The number of the event that created it.</summary>
    public int TimerId { get; set; }

    /// <inheritdoc/>
    public override EventType EventType => EventType.TimerFired;
}
