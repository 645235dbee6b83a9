namespace DurableTask.Core.History;

/// <summary>One event of an orchestration's history.</summary>
/// <param name="eventId">What was decided has the number by which its end refers to it; what was received has -1.</param>
public abstract class HistoryEvent(int eventId)
{
    /// <summary>What was decided has the number by which its end refers to it; what was received has -1.</summary>
    public int EventId { get; } = eventId;

    /// <summary>Whether the event was replayed. Of no use to a reader; always false.</summary>
    public bool IsPlayed { get; set; }

    /// <summary>When it happened (UTC).</summary>
    public DateTime Timestamp { get; set; }

    /// <summary>What it is.</summary>
    public abstract EventType EventType { get; }
}
