using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>What came in for a turn, sorted: what the code will see, and what the commit removes from the store.</summary>
internal sealed class TurnIntake
{
    private HashSet<int>? _taken;

    public List<ReceivedEvent> Accepted { get; } = [];

    public List<long> ConsumedMessages { get; } = [];

    public List<ActivityLease> CompletedActivities { get; } = [];

    public List<TimerKey> FiredTimers { get; } = [];

    /// <summary>Completions of activities that nobody waits for any more: they are acknowledged on their own.</summary>
    public List<Incoming> Orphans { get; } = [];

    public static TurnIntake Sort(LiveState live, IReadOnlyList<Incoming> batch)
    {
        var intake = new TurnIntake();
        foreach (Incoming incoming in batch)
        {
            if (incoming.Event is { } received)
            {
                intake.Add(live, incoming, received);
            }
        }

        return intake;
    }

    private void Add(LiveState live, Incoming incoming, ReceivedEvent received)
    {
        if (incoming.Timer is { } timer)
        {
            if (live.Execution.FindTimer(timer.TimerId) is { } fireAt
                && timer == TimerKeys.Of(live.Lease.InstanceKey, timer.TimerId, fireAt)
                && IsFirst(received))
            {
                FiredTimers.Add(timer);
                Accepted.Add(received);
            }

            return;
        }

        if (incoming.MessageId != 0)
        {
            if (incoming.Generation is { } addressed && addressed != live.Generation)
            {
                return; // The commit that began the present generation has removed it from the inbox.
            }

            if (!incoming.IsLoaded && live.LoadedMessages?.Remove(incoming.MessageId) == true)
            {
                return; // It came with the load already.
            }

            ConsumedMessages.Add(incoming.MessageId);
        }

        bool wanted = (incoming.Generation is not { } generation || generation == live.Generation)
            && live.Execution.Accepts(received)
            && IsFirst(received);
        if (wanted)
        {
            Accepted.Add(received);
        }

        if (incoming.Activity is { } activity)
        {
            if (wanted)
            {
                CompletedActivities.Add(activity);
            }
            else
            {
                Orphans.Add(incoming);
            }
        }
    }

    /// <summary>Of two completions of one task in one batch only the first counts.</summary>
    private bool IsFirst(ReceivedEvent received) => received switch
    {
        TaskCompleted { Id: var id } => (_taken ??= []).Add(id),
        TaskFailed { Id: var id } => (_taken ??= []).Add(id),
        ChildCompleted { Id: var id } => (_taken ??= []).Add(id),
        ChildFailed { Id: var id } => (_taken ??= []).Add(id),
        TimerFired { Id: var id } => (_taken ??= []).Add(id),
        EntityAnswered { Id: var id } => (_taken ??= []).Add(id),
        EntityFailed { Id: var id } => (_taken ??= []).Add(id),
        LocksGranted { Id: var id } => (_taken ??= []).Add(id),
        _ => true,
    };
}
