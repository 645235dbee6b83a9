using System.Diagnostics;
using System.Globalization;
using DurableTask.Core;
using DurableTask.Core.History;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using HistoryEvent = DurableTask.Core.History.HistoryEvent;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// A history as the official API shows it: a turn stands between <see cref="OrchestratorStartedEvent"/> and
/// <see cref="OrchestratorCompletedEvent"/>; what goes to and comes from entities is events sent and raised.
/// </summary>
internal sealed class OfficialHistory(InstanceRecord instance)
{
    private const int Received = -1;

    private readonly Dictionary<int, DateTime> _timers = [];
    private readonly List<HistoryEvent> _events = [];

    /// <summary>The history of an instance.</summary>
    public static IList<HistoryEvent> Of(InstanceRecord instance, IReadOnlyList<TurnRecord> turns)
    {
        var history = new OfficialHistory(instance);
        if (turns.Count == 1)
        {
            history.Add(turns[0]); // No turn of the code's own yet.
        }

        for (int number = 1; number < turns.Count; number++)
        {
            history.Add(new OrchestratorStartedEvent(Received), turns[number].At);
            if (number == 1)
            {
                history.Add(turns[0]);
            }

            history.Add(turns[number]);
            history.Add(new OrchestratorCompletedEvent(Received), turns[number].At);
        }

        return history._events;
    }

    private void Add(TurnRecord turn)
    {
        foreach (ReceivedEvent received in turn.Received)
        {
            Add(ToOfficial(received, turn), turn.At);
        }

        foreach (DecidedEvent decided in turn.Decided)
        {
            Add(ToOfficial(decided), turn.At);
        }
    }

    private void Add(HistoryEvent? happened, DateTime at)
    {
        if (happened is not null)
        {
            happened.Timestamp = at;
            _events.Add(happened);
        }
    }

    private HistoryEvent? ToOfficial(ReceivedEvent received, TurnRecord turn) => received switch
    {
        ExecutionStarted started => ToOfficial(started, turn.Received.OfType<StartDelayed>().FirstOrDefault()),
        StartDelayed delayed => Remember(StartDelayed.TimerId, delayed.Until),
        TaskCompleted completed => new TaskCompletedEvent(Received, completed.Id, completed.Result),
        TaskFailed { Failure: var failure } failed => new TaskFailedEvent(Received, failed.Id, failure.Message, failure.Stack, ToOfficial(failure)),
        ChildCompleted completed => new SubOrchestrationInstanceCompletedEvent(Received, completed.Id, completed.Result),
        ChildFailed { Failure: var failure } failed =>
            new SubOrchestrationInstanceFailedEvent(Received, failed.Id, failure.Message, failure.Stack, ToOfficial(failure)),
        TimerFired fired => new TimerFiredEvent(Received, _timers.GetValueOrDefault(fired.Id)) { TimerId = fired.Id },
        EventRaised raised => new EventRaisedEvent(Received, raised.Input) { Name = raised.Name },
        ExecutionSuspended suspended => new ExecutionSuspendedEvent(Received, suspended.Reason),
        ExecutionResumed resumed => new ExecutionResumedEvent(Received, resumed.Reason),
        ExecutionRewound rewound => new ExecutionRewoundEvent(Received, rewound.Reason),
        ExecutionTerminated terminated => new ExecutionTerminatedEvent(Received, terminated.Output),
        TreeTerminated terminated => new ExecutionTerminatedEvent(Received, terminated.Output),
        EntityAnswered answered => Answer(answered.Id, answered.Result),
        EntityFailed failed => Answer(failed.Id, failed.Failure.Message),
        LocksGranted granted => Answer(granted.Id, null),
        _ => throw new UnreachableException(received.GetType().Name),
    };

    private HistoryEvent? ToOfficial(DecidedEvent decided) => decided switch
    {
        TaskScheduled task => new TaskScheduledEvent(task.Id) { Name = task.Name, Version = task.Version, Input = task.Input, Tags = Copy(task.Tags) },
        ChildScheduled child => new SubOrchestrationInstanceCreatedEvent(child.Id)
        {
            Name = child.Name,
            Version = child.Version,
            InstanceId = child.InstanceId,
            Input = child.Input,
            Tags = Copy(child.Tags),
        },
        TimerCreated timer => Create(timer),
        TimerCancelled => null, // The official history does not know it.
        EventSent sent => Send(sent.Id, sent.InstanceId, sent.Name, sent.Input),
        EntityCalled call => Send(call.Id, call.EntityId, call.Operation, call.Input),
        EntitySignaled signal => Send(signal.Id, signal.EntityId, signal.Operation, signal.Input),
        LocksRequested locks => Send(locks.Id, locks.EntityIds[0], "lock", null),
        LocksReleased locks => Send(locks.Id, locks.EntityIds[0], "release", null),
        ContinuedAsNew next => new ContinueAsNewEvent(Received, next.Input),
        ExecutionCompleted end => new ExecutionCompletedEvent(Received, end.Result, ToOfficial(end.Status), end.Failure is { } failure ? ToOfficial(failure) : null),
        _ => throw new UnreachableException(decided.GetType().Name),
    };

    private ExecutionStartedEvent ToOfficial(ExecutionStarted started, StartDelayed? delayed) => new(Received, started.Input)
    {
        Name = started.Name,
        Version = started.Version,
        OrchestrationInstance = ToOfficial(instance.InstanceId, instance.Generation),
        ParentInstance = started.Parent is not { } parent ? null : new ParentInstance
        {
            Name = parent.Name,
            OrchestrationInstance = ToOfficial(parent.InstanceId, parent.Generation),
            TaskScheduleId = parent.TaskId,
        },
        Tags = Copy(started.Tags),
        ScheduledStartTime = delayed?.Until,
    };

    private TimerCreatedEvent Create(TimerCreated timer)
    {
        Remember(timer.Id, timer.FireAt);
        return new TimerCreatedEvent(timer.Id, timer.FireAt);
    }

    private HistoryEvent? Remember(int timer, DateTime fireAt)
    {
        _timers[timer] = fireAt;
        return null;
    }

    private static EventRaisedEvent Answer(int id, string? result) =>
        new(Received, result) { Name = id.ToString(CultureInfo.InvariantCulture) };

    private static EventSentEvent Send(int id, string instanceId, string name, string? input) =>
        new(id) { InstanceId = instanceId, Name = name, Input = input };

    private static OrchestrationInstance ToOfficial(string instanceId, Guid generation) =>
        new() { InstanceId = instanceId, ExecutionId = generation.ToString("N") };

    private static FailureDetails ToOfficial(FailureData failure) => new(
        failure.Type, failure.Message, failure.Stack, failure.Inner is { } inner ? ToOfficial(inner) : null, isNonRetriable: false);

    private static OrchestrationStatus ToOfficial(InstanceStatus status) => status switch
    {
        InstanceStatus.Completed => OrchestrationStatus.Completed,
        InstanceStatus.Failed => OrchestrationStatus.Failed,
        InstanceStatus.Terminated => OrchestrationStatus.Terminated,
        _ => throw new UnreachableException(status.ToString()),
    };

    private static Dictionary<string, string>? Copy(IReadOnlyDictionary<string, string>? tags) => tags is null ? null : new(tags);
}
