namespace DurableTask.Core.History;

/// <summary>A turn began.</summary>
/// <param name="eventId">The event's number.</param>
public class OrchestratorStartedEvent(int eventId) : HistoryEvent(eventId)
{
    /// <inheritdoc/>
    public override EventType EventType => EventType.OrchestratorStarted;
}

/// <summary>A turn was over.</summary>
/// <param name="eventId">The event's number.</param>
public class OrchestratorCompletedEvent(int eventId) : HistoryEvent(eventId)
{
    /// <inheritdoc/>
    public override EventType EventType => EventType.OrchestratorCompleted;
}
