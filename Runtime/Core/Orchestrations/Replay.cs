using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>Runs turns of the past again and holds their decisions against the stored ones.</summary>
internal static class Replay
{
    /// <summary>Runs one stored turn again.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">The code decided otherwise than it did then.</exception>
    public static TurnResult Run(OrchestrationExecution execution, TurnRecord turn, long number)
    {
        if (turn.Decided is [.., ExecutionCompleted { ByEngine: true }])
        {
            return new TurnResult(turn.Decided, null, false);
        }

        TurnResult result = execution.RunTurn(turn.At, turn.Received, replaying: true);
        Compare(execution, turn.Decided, result.Decided, number);
        return result;
    }

    private static void Compare(
        OrchestrationExecution execution, IReadOnlyList<DecidedEvent> expected, IReadOnlyList<DecidedEvent> found, long number)
    {
        int count = Math.Max(expected.Count, found.Count);
        for (int i = 0; i < count; i++)
        {
            DecidedEvent? then = i < expected.Count ? expected[i] : null;
            DecidedEvent? now = i < found.Count ? found[i] : null;
            if (!SameDecision(then, now))
            {
                throw new NonDeterministicOrchestrationException(execution.InstanceId, execution.Start.Name, number, Describe(then), Describe(now));
            }
        }
    }

    /// <summary>What identifies a decision: inputs and due times may change with the code, what was decided may not.</summary>
    public static bool SameDecision(DecidedEvent? then, DecidedEvent? now) => (then, now) switch
    {
        (TaskScheduled a, TaskScheduled b) => a.Id == b.Id && string.Equals(a.Name, b.Name, StringComparison.OrdinalIgnoreCase),
        (ChildScheduled a, ChildScheduled b) =>
            a.Id == b.Id && string.Equals(a.Name, b.Name, StringComparison.OrdinalIgnoreCase) && a.InstanceId == b.InstanceId,
        (TimerCreated a, TimerCreated b) => a.Id == b.Id,
        (TimerCancelled a, TimerCancelled b) => a.Id == b.Id,
        (EventSent a, EventSent b) => a.Id == b.Id && a.InstanceId == b.InstanceId && string.Equals(a.Name, b.Name, StringComparison.OrdinalIgnoreCase),
        (EntityCalled a, EntityCalled b) =>
            a.Id == b.Id && a.EntityId == b.EntityId && string.Equals(a.Operation, b.Operation, StringComparison.OrdinalIgnoreCase),
        (EntitySignaled a, EntitySignaled b) =>
            a.Id == b.Id && a.EntityId == b.EntityId && string.Equals(a.Operation, b.Operation, StringComparison.OrdinalIgnoreCase),
        (LocksRequested a, LocksRequested b) => a.Id == b.Id && a.EntityIds.SequenceEqual(b.EntityIds),
        (LocksReleased a, LocksReleased b) => a.Id == b.Id,
        (ContinuedAsNew, ContinuedAsNew) => true,
        (ExecutionCompleted a, ExecutionCompleted b) => a.Status == b.Status,
        _ => false,
    };

    private static string Describe(DecidedEvent? decision) => decision switch
    {
        null => "nothing",
        TaskScheduled task => $"activity '{task.Name}' (#{task.Id})",
        ChildScheduled child => $"sub-orchestrator '{child.Name}' (#{child.Id}, instance '{child.InstanceId}')",
        TimerCreated timer => $"timer (#{timer.Id})",
        TimerCancelled timer => $"cancelled timer (#{timer.Id})",
        EventSent sent => $"event '{sent.Name}' (#{sent.Id}) to '{sent.InstanceId}'",
        EntityCalled call => $"call of '{call.Operation}' (#{call.Id}) of the entity '{call.EntityId}'",
        EntitySignaled signal => $"signal '{signal.Operation}' (#{signal.Id}) to the entity '{signal.EntityId}'",
        LocksRequested locks => $"request for locks (#{locks.Id}) of '{string.Join("', '", locks.EntityIds)}'",
        LocksReleased locks => $"release of locks (#{locks.Id})",
        ContinuedAsNew => "continue as new",
        ExecutionCompleted end => $"end as {end.Status}",
        _ => throw new System.Diagnostics.UnreachableException(decision.GetType().Name),
    };
}
