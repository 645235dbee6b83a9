using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>An orchestration to be started.</summary>
/// <param name="InstanceId">Its id.</param>
/// <param name="Start">What it is.</param>
/// <param name="StartAt">When it may begin; null, or a time gone by, is at once.</param>
internal sealed record NewStart(string InstanceId, ExecutionStarted Start, DateTimeOffset? StartAt)
{
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
            Generation = Guid.NewGuid(),
            FirstTurn = HistoryFormat.Encode(firstTurn),
            CreatedAt = now,
            StartAt = startAt,
            Tags = HistoryFormat.EncodeTags(Start.Tags),
        };
        return (instance, firstTurn);
    }
}
