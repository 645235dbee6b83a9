using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Orchestrations;

/// <summary>What is left of a history that was taken back to before its end, and what is open in it.</summary>
/// <param name="Turns">The turns that are kept.</param>
/// <param name="Again">What is received once more.</param>
/// <param name="NextId">The first id that was never given.</param>
internal sealed record RewoundHistory(IReadOnlyList<TurnRecord> Turns, IReadOnlyList<ReceivedEvent> Again, int NextId)
{
    /// <summary>The status in which it goes on.</summary>
    public InstanceStatus Status =>
        Received.LastOrDefault(static received => received is ExecutionSuspended or ExecutionResumed) is ExecutionSuspended ? InstanceStatus.Suspended
        : StartDelay is not null ? InstanceStatus.Pending
        : InstanceStatus.Running;

    private IEnumerable<ReceivedEvent> Received => Turns.SelectMany(static turn => turn.Received);

    private IEnumerable<DecidedEvent> Decided => Turns.SelectMany(static turn => turn.Decided);

    /// <summary>The time at which it begins, when that has not come.</summary>
    private StartDelayed? StartDelay => Ended.Contains(StartDelayed.TimerId) ? null : Received.OfType<StartDelayed>().FirstOrDefault();

    /// <summary>The ids of what has ended, or will when what is received again is.</summary>
    private HashSet<int> Ended => [.. Received.Concat(Again).Select(EndedId).OfType<int>(), .. Decided.OfType<TimerCancelled>().Select(static timer => timer.Id)];

    /// <summary>The activities that run, once more or still.</summary>
    public IReadOnlyList<TaskScheduled> OpenActivities()
    {
        HashSet<int> ended = Ended;
        return [.. Decided.OfType<TaskScheduled>().Where(task => !ended.Contains(task.Id))];
    }

    /// <summary>The timers that have not fired.</summary>
    public IReadOnlyList<(int Id, DateTime FireAt)> OpenTimers()
    {
        HashSet<int> ended = Ended;
        IEnumerable<(int, DateTime)> timers = Decided.OfType<TimerCreated>()
            .Where(timer => !ended.Contains(timer.Id)).Select(static timer => (timer.Id, timer.FireAt));
        return [.. timers.Concat(StartDelay is { } delay ? [(StartDelayed.TimerId, delay.Until)] : [])];
    }

    /// <summary>An entity whose answer or lock it waits for, or which it has locked; the end has cost it that.</summary>
    public string? LostEntity()
    {
        HashSet<int> ended = Ended;
        HashSet<int> released = [.. Decided.OfType<LocksReleased>().Select(static locks => locks.Id)];
        return Decided.OfType<EntityCalled>().FirstOrDefault(call => !ended.Contains(call.Id))?.EntityId
            ?? Decided.OfType<LocksRequested>().FirstOrDefault(locks => !released.Contains(locks.Id))?.EntityIds[0];
    }

    private static int? EndedId(ReceivedEvent received) => received switch
    {
        TaskCompleted { Id: var id } => id,
        TaskFailed { Id: var id } => id,
        TimerFired { Id: var id } => id,
        EntityAnswered { Id: var id } => id,
        EntityFailed { Id: var id } => id,
        _ => null,
    };
}
