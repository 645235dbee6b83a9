using System.Diagnostics;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Tracing;

namespace FuncExec.Runtime.Engine;

/// <summary>An orchestration to be started.</summary>
/// <param name="InstanceId">Its id.</param>
/// <param name="Start">What it is.</param>
/// <param name="StartAt">When it may begin; null, or a time gone by, is at once.</param>
internal sealed record NewStart(string InstanceId, ExecutionStarted Start, DateTimeOffset? StartAt)
{
    /// <summary>The id of its generation.</summary>
    public Guid Generation { get; } = Guid.NewGuid();

    /// <summary>The same, caused by a span or, when it is null, by what has asked for it.</summary>
    public NewStart CausedBy(Activity? span) => this with { Start = Start with { Trace = Spans.CauseOf(span) } };

    /// <summary>The instance as it is created now, with its first turn.</summary>
    public (NewInstance Instance, TurnRecord FirstTurn) ToInstance(DateTimeOffset now)
    {
        DateTimeOffset? startAt = StartAt > now ? StartAt : null;
        ReceivedEvent[] received = startAt is { } until ? [Start, new StartDelayed(until.UtcDateTime)] : [Start];
        var firstTurn = new TurnRecord(now.UtcDateTime, received, []);
        var instance = new NewInstance
        {
            InstanceId = InstanceId,
            Name = Start.Name,
            Generation = Generation,
            FirstTurn = HistoryFormat.Encode(firstTurn),
            CreatedAt = now,
            StartAt = startAt,
            Tags = HistoryFormat.EncodeTags(Start.Tags),
        };
        return (instance, firstTurn);
    }
}
