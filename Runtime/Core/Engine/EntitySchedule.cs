using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// What an entity does with the messages it has: which operations run now and in which order, who gets the lock, what waits.
/// A pure function of the entity, the messages and the time; no operation has run yet when it is made.
/// </summary>
internal sealed class EntitySchedule
{
    private readonly LiveEntity _entity;
    private readonly string _id;
    private readonly DateTime _now;
    private readonly int _most;
    private readonly List<DelayedOperation> _delayed;
    private EntityCaller? _holder;
    private int _nextTimer;

    private EntitySchedule(string id, LiveEntity entity, DateTime now, int most)
    {
        _id = id;
        _entity = entity;
        _now = now;
        _most = most;
        _holder = entity.Snapshot.Holder;
        _delayed = [.. entity.Snapshot.Delayed ?? []];
        _nextTimer = entity.Snapshot.NextTimer;
    }

    /// <summary>The operations to run, in order.</summary>
    public List<OperationRequested> Operations { get; } = [];

    /// <summary>The messages that are dealt with by this turn.</summary>
    public List<long> Consumed { get; } = [];

    /// <summary>Timers that are not needed any more.</summary>
    public List<TimerKey> RemovedTimers { get; } = [];

    /// <summary>Timers for signals whose time has not come.</summary>
    public List<TimerKey> NewTimers { get; } = [];

    /// <summary>Locks passed on and granted: to whom, and what.</summary>
    public List<(string InstanceId, Guid? Generation, ReceivedEvent Message)> LockMessages { get; } = [];

    /// <summary>What waits for the lock, in order.</summary>
    public List<Incoming> Waiting { get; private set; } = [];

    /// <summary>What was too much for one turn, in order.</summary>
    public List<Incoming> Later { get; } = [];

    /// <summary>Whether there is anything to store.</summary>
    public bool ChangesAnything => Operations.Count > 0 || Consumed.Count > 0 || RemovedTimers.Count > 0 || NewTimers.Count > 0
        || _holder != _entity.Snapshot.Holder;

    /// <summary>Decides.</summary>
    /// <param name="id">The entity's instance id.</param>
    /// <param name="entity">The entity.</param>
    /// <param name="incoming">What came in since the last turn, in order.</param>
    /// <param name="now">The time.</param>
    /// <param name="most">The most operations of one turn.</param>
    public static EntitySchedule Make(string id, LiveEntity entity, IReadOnlyList<Incoming> incoming, DateTime now, int most)
    {
        EntitySchedule schedule = new(id, entity, now, most);
        List<Incoming> queue = [.. entity.Waiting];
        HashSet<long> known = [.. queue.Select(static waiting => waiting.MessageId)];
        foreach (Incoming next in incoming)
        {
            if (next.Event is not null && schedule.IsNew(next, known))
            {
                queue.Add(next);
            }
        }

        schedule.TakeDue();
        schedule.Go(queue);
        return schedule;
    }

    /// <summary>The entity as this turn leaves it.</summary>
    public EntitySnapshot ToSnapshot(string? state) => new(
        HistoryFormat.Version, state, _holder, _delayed.Count == 0 ? null : _delayed, _nextTimer, Waiting.Count);

    private bool IsNew(Incoming incoming, HashSet<long> known)
    {
        if (incoming.Timer is not null)
        {
            return false; // That it is due shows by the time; the operation is in the snapshot.
        }

        bool isRepeated = !incoming.IsLoaded && _entity.LoadedMessages?.Remove(incoming.MessageId) == true;
        return !isRepeated && known.Add(incoming.MessageId);
    }

    /// <summary>Signals whose time has come run first: they came before anything that is new now.</summary>
    private void TakeDue()
    {
        if (_holder is not null)
        {
            return; // A signal is never the holder's own call.
        }

        foreach (DelayedOperation due in _delayed.Where(delayed => delayed.At <= _now).OrderBy(static delayed => delayed.At).ToList())
        {
            _delayed.Remove(due);
            RemovedTimers.Add(TimerKeys.Of(_entity.Lease.InstanceKey, due.Timer, due.At));
            Operations.Add(due.Operation);
        }
    }

    private void Go(List<Incoming> queue)
    {
        // When the lock is given up, those who have waited longest are looked at again before those who come later.
        for (int next = 0; next < queue.Count; next++)
        {
            if (Operations.Count >= _most)
            {
                Later.AddRange(queue[next..]);
                return;
            }

            bool wasLocked = _holder is not null;
            if (!TryDo(queue[next].Event!))
            {
                Waiting.Add(queue[next]);
                continue;
            }

            if (queue[next].MessageId != 0)
            {
                Consumed.Add(queue[next].MessageId);
            }

            if (wasLocked && _holder is null)
            {
                TakeDue();
                queue = [.. Waiting, .. queue[(next + 1)..]];
                Waiting = [];
                next = -1;
            }
        }
    }

    private bool TryDo(ReceivedEvent message)
    {
        switch (message)
        {
            case OperationRequested { At: { } at } delayed when at > _now:
                Delay(delayed, at);
                return true;
            case OperationRequested operation:
                if (_holder is not null && !IsHolders(operation.Caller))
                {
                    return false;
                }

                Operations.Add(operation);
                return true;
            case LockRequested request:
                if (_holder is not null)
                {
                    return false;
                }

                Lock(request);
                return true;
            case LockReleased released:
                Release(released.Holder);
                return true;
            default:
                return true; // Nothing that means anything to an entity: an event, a suspension.
        }
    }

    private void Delay(OperationRequested operation, DateTime at)
    {
        DelayedOperation delayed = new(_nextTimer++, at, operation with { At = null });
        _delayed.Add(delayed);
        NewTimers.Add(TimerKeys.Of(_entity.Lease.InstanceKey, delayed.Timer, at));
    }

    private bool IsHolders(EntityCaller? caller) =>
        caller is not null && caller.InstanceId == _holder!.InstanceId && caller.Generation == _holder.Generation;

    private void Lock(LockRequested request)
    {
        _holder = request.Caller;
        int next = request.Position + 1;
        LockMessages.Add(next < request.EntityIds.Count
            ? (request.EntityIds[next], null, request with { Position = next })
            : (request.Caller.InstanceId, request.Caller.Generation, new LocksGranted(request.Caller.TaskId)));
    }

    private void Release(EntityCaller holder)
    {
        if (_holder == holder)
        {
            _holder = null;
            return;
        }

        // Given up before it was granted.
        foreach (Incoming request in Waiting.Where(waiting => waiting.Event is LockRequested asked && asked.Caller == holder).ToList())
        {
            Waiting.Remove(request);
            Consumed.Add(request.MessageId);
        }
    }
}
