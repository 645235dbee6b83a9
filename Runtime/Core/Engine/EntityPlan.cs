using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>What follows from an entity's operations: answers, signals, orchestrations, locks passed on.</summary>
internal sealed class EntityPlan
{
    private readonly List<OutgoingMessage> _messages = [];
    private readonly List<ReceivedEvent> _messageEvents = [];
    private readonly List<NewInstance> _children = [];
    private readonly List<TurnRecord> _childTurns = [];
    private readonly DateTimeOffset _now;

    public EntityPlan(EntitySchedule schedule, EntityBatch batch, FailureData? failure, DateTimeOffset now)
    {
        _now = now;
        for (int i = 0; i < schedule.Operations.Count; i++)
        {
            OperationOutcome outcome = i < batch.Outcomes.Count ? batch.Outcomes[i] : new OperationOutcome(null, failure!);
            if (schedule.Operations[i].Caller is { } caller)
            {
                Answer(caller, outcome.Failure is { } failed ? new EntityFailed(caller.TaskId, failed) : new EntityAnswered(caller.TaskId, outcome.Result));
            }
            else if (outcome.Failure is { } why)
            {
                FailedSignals.Add((schedule.Operations[i], why));
            }
        }

        foreach (EntityAction action in batch.Actions)
        {
            Do(action);
        }

        foreach ((string instanceId, Guid? generation, ReceivedEvent message) in schedule.LockMessages)
        {
            if (generation is null)
            {
                Add(EntityMessages.To(instanceId, message, now), message);
            }
            else
            {
                Add(new OutgoingMessage(instanceId, generation, HistoryFormat.Encode(message)), message);
            }
        }
    }

    /// <summary>The messages, in the order of the commit's.</summary>
    public IReadOnlyList<OutgoingMessage> Messages => _messages;

    /// <summary>Their events.</summary>
    public IReadOnlyList<ReceivedEvent> MessageEvents => _messageEvents;

    /// <summary>The signals whose operations failed.</summary>
    public List<(OperationRequested Signal, FailureData Failure)> FailedSignals { get; } = [];

    /// <summary>The orchestrations to start.</summary>
    public IReadOnlyList<NewInstance> Children => _children;

    /// <summary>Their first turns.</summary>
    public IReadOnlyList<TurnRecord> ChildTurns => _childTurns;

    private void Answer(EntityCaller caller, ReceivedEvent answer) =>
        Add(new OutgoingMessage(caller.InstanceId, caller.Generation, HistoryFormat.Encode(answer)), answer);

    private void Do(EntityAction action)
    {
        switch (action)
        {
            case EntityAction.Signal signal:
                Add(EntityMessages.To(signal.EntityId, signal.Operation, _now), signal.Operation);
                break;
            case EntityAction.Start start:
                (NewInstance instance, TurnRecord firstTurn) = start.Orchestration.ToInstance(_now);
                _children.Add(instance);
                _childTurns.Add(firstTurn);
                break;
        }
    }

    private void Add(OutgoingMessage message, ReceivedEvent content)
    {
        _messages.Add(message);
        _messageEvents.Add(content);
    }
}
