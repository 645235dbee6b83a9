namespace DurableTask.Core.History;

/// <summary>One event of an orchestration's history.</summary>
/// <param name="eventId">The event's number within the history.</param>
/// <remarks>
/// Here so that <see cref="Microsoft.DurableTask.Client.DurableTaskClient.GetOrchestrationHistoryAsync"/> has its type;
/// this runtime makes none.
/// </remarks>
public abstract class HistoryEvent(int eventId)
{
    /// <summary>The event's number within the history.</summary>
    public int EventId { get; } = eventId;

    /// <summary>When it happened (UTC).</summary>
    public DateTime Timestamp { get; set; }
}
