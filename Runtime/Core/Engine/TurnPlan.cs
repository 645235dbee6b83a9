using System.Diagnostics;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Tracing;

namespace FuncExec.Runtime.Engine;

/// <summary>A turn's decisions, sorted into what its commit stores and what is handed over in memory once it is durable.</summary>
internal sealed class TurnPlan
{
    private readonly LiveState _live;
    private readonly TurnRecord _turn;
    private readonly TurnIntake _intake;
    private readonly List<NewActivity> _activities = [];
    private readonly List<TimerKey> _timers = [];
    private readonly List<TimerKey> _removedTimers;
    private readonly List<OutgoingMessage> _messages = [];
    private readonly List<ReceivedEvent> _messageEvents = [];
    private readonly List<NewInstance> _children = [];
    private readonly List<TurnRecord> _childTurns = [];
    private ContinuedAsNew? _continued;

    public TurnPlan(LiveState live, TurnRecord turn, TurnIntake intake)
    {
        _live = live;
        _turn = turn;
        _intake = intake;
        _removedTimers = intake.FiredTimers;
        foreach (DecidedEvent decided in turn.Decided)
        {
            Add(decided);
        }

        if (End is not null && intake.Accepted.OfType<TreeTerminated>().FirstOrDefault() is { } terminated)
        {
            TerminateChildren(terminated.Output);
        }
    }

    /// <summary>The activities scheduled, in the order of the commit's; those that get room on this node are brought to the front.</summary>
    public List<NewActivity> Activities => _activities;

    /// <summary>The timers created and not cancelled in the same turn; none when nobody will wait for them.</summary>
    public IReadOnlyList<TimerKey> Timers => End is null && _continued is null ? _timers : [];

    /// <summary>The messages to other instances, in the order of the commit's.</summary>
    public IReadOnlyList<OutgoingMessage> Messages => _messages;

    /// <summary>Their events.</summary>
    public IReadOnlyList<ReceivedEvent> MessageEvents => _messageEvents;

    /// <summary>The children, in the order of the commit's.</summary>
    public IReadOnlyList<NewInstance> Children => _children;

    /// <summary>Their first turns.</summary>
    public IReadOnlyList<TurnRecord> ChildTurns => _childTurns;

    /// <summary>How the instance ended, or null.</summary>
    public ExecutionCompleted? End { get; private set; }

    /// <summary>The generation that follows, or null.</summary>
    public Guid NextGeneration { get; } = Guid.NewGuid();

    /// <summary>Its first turn; null when the turn did not continue as new.</summary>
    public TurnRecord? NextTurn => _continued is null ? null : field ??= MakeNextTurn(_continued);

    /// <summary>The status afterwards.</summary>
    public InstanceStatus Status => End?.Status ?? (_continued is null ? _live.Execution.Status : InstanceStatus.Running);

    public TurnCommit ToCommit(long session, int leaseActivities, string? customStatus) => new()
    {
        Lease = _live.Lease,
        Session = session,
        ExpectedVersion = _live.Version,
        Generation = _live.Generation,
        Turn = HistoryFormat.Encode(_turn),
        Status = Status,
        At = _turn.At,
        CustomStatus = customStatus,
        Output = End?.Result,
        Failure = End?.Failure?.Encode(),
        ConsumedMessages = _intake.ConsumedMessages,
        CompletedActivities = _intake.CompletedActivities,
        RemovedTimers = _removedTimers,
        NewTimers = Timers,
        NewActivities = _activities,
        LeaseActivities = leaseActivities,
        Messages = _messages,
        Children = _children,
        LeaseChildren = true,
        Next = NextTurn is { } next ? new NextGeneration(NextGeneration, HistoryFormat.Encode(next)) : null,
    };

    /// <summary>The instance as the commit leaves it.</summary>
    public InstanceSnapshot ToSnapshot() => new(
        new InstanceRecord
        {
            Key = _live.Lease.InstanceKey,
            InstanceId = _live.Lease.InstanceId,
            Name = _live.Execution.Start.Name,
            Generation = _live.Generation,
            Version = _live.Version,
            Status = Status,
            CreatedAt = _live.CreatedAt,
            UpdatedAt = _turn.At,
            CustomStatus = _live.CustomStatus,
            Output = End?.Result,
            Failure = End?.Failure?.Encode(),
            Tags = HistoryFormat.EncodeTags(_live.Execution.Start.Tags),
        },
        _live.Execution.Start.Input);

    /// <summary>The activity that a call asks for.</summary>
    public static NewActivity ToActivity(TaskScheduled task, TraceLink? trace, Guid generation)
    {
        (int priority, LabelSet runsOn) = PlacementTags.Read(task.Tags);
        return new NewActivity
        {
            TaskId = task.Id,
            Name = task.Name,
            Input = task.Input,
            Version = task.Version ?? "",
            Tags = Spans.TagsOf(task, trace, generation),
            Priority = priority,
            RunsOn = runsOn,
            StaysWithInstance = PlacementTags.ReadAffinity(task.Tags),
        };
    }

    private TraceLink? Trace => _live.Execution.Start.Trace;

    private TraceLink? TraceOf(int taskId) => Trace?.With(SpanIds.Of(_live.Generation, taskId));

    private void Add(DecidedEvent decided)
    {
        switch (decided)
        {
            case TaskScheduled task:
                _activities.Add(ToActivity(task, Trace, _live.Generation));
                break;
            case TimerCreated timer:
                _timers.Add(TimerKeys.Of(_live.Lease.InstanceKey, timer.Id, timer.FireAt));
                break;
            case TimerCancelled cancelled:
                if (_timers.RemoveAll(timer => timer.TimerId == cancelled.Id) == 0)
                {
                    _removedTimers.Add(TimerKeys.Of(_live.Lease.InstanceKey, cancelled.Id, cancelled.FireAt));
                }

                break;
            case EventSent sent:
                AddMessage(sent.InstanceId, null, new EventRaised(sent.Name, sent.Input));
                break;
            case ChildScheduled child:
                AddChild(child);
                break;
            case EntityCalled call:
                AddEntityMessage(call.EntityId, new OperationRequested(call.Operation, call.Input, Caller(call.Id), null) { Trace = TraceOf(call.Id) });
                break;
            case EntitySignaled signal:
                AddEntityMessage(signal.EntityId, new OperationRequested(signal.Operation, signal.Input, null, signal.At) { Trace = TraceOf(signal.Id) });
                break;
            case LocksRequested locks:
                AddEntityMessage(locks.EntityIds[0], new LockRequested(locks.EntityIds, 0, Caller(locks.Id)));
                break;
            case LocksReleased locks:
                Release(locks);
                break;
            case ContinuedAsNew continued:
                _continued = continued;
                break;
            case ExecutionCompleted end:
                Finish(end);
                break;
            default:
                throw new UnreachableException(decided.GetType().Name);
        }
    }

    private void AddChild(ChildScheduled child)
    {
        NewChild made = NewChild.Of(_live, child, _turn.At);
        _childTurns.Add(made.FirstTurn);
        _children.Add(made.Instance with
        {
            WhenInUse = new OutgoingMessage(_live.Lease.InstanceId, _live.Generation, HistoryFormat.Encode(made.InUse)),
        });
    }

    private void Finish(ExecutionCompleted end)
    {
        End = end;
        if (end.ByEngine && _live.Execution.Entities.Locks is { } locks)
        {
            Release(locks); // The code was not asked.
        }

        if (_live.Execution.Start.Parent is not { } parent)
        {
            return;
        }

        ReceivedEvent completion = end.Status switch
        {
            InstanceStatus.Completed => new ChildCompleted(parent.TaskId, end.Result),
            InstanceStatus.Failed => new ChildFailed(parent.TaskId, end.Failure!),
            _ => new ChildFailed(parent.TaskId, new FailureData(
                typeof(OperationCanceledException).FullName!, $"The sub-orchestration '{_live.Lease.InstanceId}' was terminated: {end.Result}", null, null)),
        };
        AddMessage(parent.InstanceId, parent.Generation, completion);
    }

    private void TerminateChildren(string? output)
    {
        foreach ((int id, string instanceId) in _live.Execution.OpenChildren().OrderBy(static child => child.Id))
        {
            AddMessage(instanceId, null, new TreeTerminated(output, NewChild.Link(_live, id)));
        }
    }

    private void AddMessage(string instanceId, Guid? generation, ReceivedEvent message)
    {
        _messages.Add(new OutgoingMessage(instanceId, generation, HistoryFormat.Encode(message)));
        _messageEvents.Add(message);
    }

    private void AddEntityMessage(string entityId, ReceivedEvent message)
    {
        _messages.Add(EntityMessages.To(entityId, message, _turn.At));
        _messageEvents.Add(message);
    }

    private void Release(LocksReleased locks)
    {
        foreach (string entity in locks.EntityIds)
        {
            AddEntityMessage(entity, new LockReleased(Caller(locks.Id)));
        }
    }

    private EntityCaller Caller(int taskId) => new(_live.Lease.InstanceId, _live.Generation, taskId);

    private TurnRecord MakeNextTurn(ContinuedAsNew next)
    {
        ExecutionStarted self = _live.Execution.Start;
        var start = new ExecutionStarted(self.Name, next.Input, next.Version, self.Parent, self.Tags) { Trace = self.Trace };
        return new TurnRecord(_turn.At, [start, .. _live.Execution.UnseenEvents(next.PreserveEvents)], []);
    }
}
