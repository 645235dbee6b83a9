using System.Collections.Concurrent;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// The instances this node knows at the moment: those with something to do, and a bounded number of idle ones kept
/// live. The one idle longest is dropped first and rebuilt when needed.
/// </summary>
internal sealed class InstanceDirectory(EngineNode node)
{
    private readonly ConcurrentDictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly LinkedList<Instance> _idle = [];
    private readonly Lock _idleGate = new();

    public TurnScheduler Turns { get; } = new(node.Options.MaxConcurrentTurns);

    public int Count => _instances.Count;

    /// <summary>Instances kept live though they have nothing to do.</summary>
    public int IdleCount
    {
        get
        {
            lock (_idleGate)
            {
                return _idle.Count;
            }
        }
    }

    /// <summary>Hands something to an instance.</summary>
    public void Deliver(string instanceId, Incoming incoming)
    {
        if (!node.Options.RunsOrchestrations && incoming.Activity is null)
        {
            return; // It is stored, and other nodes are told.
        }

        Instance instance;
        do
        {
            instance = _instances.GetOrAdd(instanceId, static (id, owner) => new Instance(id, owner), node);
        }
        while (!instance.TryPost(incoming));
    }

    /// <summary>Hands over messages that a turn of <paramref name="sender"/> has just stored.</summary>
    public void HandOver(
        string sender, IReadOnlyList<OutgoingMessage> messages, IReadOnlyList<ReceivedEvent> contents, IReadOnlyList<MessageReceipt> receipts)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            switch (receipts[i].Delivery)
            {
                case Delivery.Here:
                    Deliver(messages[i].InstanceId, Incoming.Message(receipts[i].MessageId, contents[i], messages[i].Generation));
                    break;
                case Delivery.Dropped:
                    node.Log.MessageDropped(sender, messages[i].InstanceId);
                    break;
            }
        }
    }

    /// <summary>Begins an instance that was just created with a lease for this node.</summary>
    public void Start(InstanceLease lease, Guid generation, DateTimeOffset createdAt, TurnRecord firstTurn)
    {
        if (firstTurn.Received.OfType<StartDelayed>().FirstOrDefault() is { Until: var until })
        {
            node.Timers.Add(lease.InstanceId, [TimerKeys.Of(lease.InstanceKey, StartDelayed.TimerId, until)]);
        }

        Instance instance = _instances.GetOrAdd(lease.InstanceId, static (id, owner) => new Instance(id, owner), node);
        if (!instance.TryStart(lease, generation, createdAt, firstTurn))
        {
            Deliver(lease.InstanceId, Incoming.Wake);
        }
    }

    /// <summary>True when the instance is here and at work.</summary>
    public bool IsBusy(string instanceId) => _instances.TryGetValue(instanceId, out Instance? instance) && instance.IsBusy;

    /// <summary>True while it is certain that the instance has not finished and that its end will be told here.</summary>
    public bool WillTellEnd(string instanceId) =>
        _instances.TryGetValue(instanceId, out Instance? instance) && instance.WillTellItsEnd;

    /// <summary>Called by an instance that became idle and is live: keeps it, and drops the one idle longest past the bound.</summary>
    public void BecameIdle(Instance instance)
    {
        Instance? oldest = null;
        lock (_idleGate)
        {
            if (!_instances.TryGetValue(instance.Id, out Instance? known) || known != instance)
            {
                return; // It went on and ended meanwhile.
            }

            if (instance.IdlePlace is { } place)
            {
                if (place.List is not null)
                {
                    _idle.Remove(place);
                }

                _idle.AddLast(place);
            }
            else
            {
                instance.IdlePlace = _idle.AddLast(instance);
            }

            if (_idle.Count > node.Options.MaxLiveInstances)
            {
                oldest = _idle.First!.Value;
                _idle.RemoveFirst();
            }
        }

        oldest?.TryRetire();
    }

    /// <summary>Called by an instance that is not live and has nothing to do.</summary>
    public void Remove(Instance instance)
    {
        lock (_idleGate)
        {
            _instances.TryRemove(KeyValuePair.Create(instance.Id, instance));
            if (instance.IdlePlace is { List: not null } place)
            {
                _idle.Remove(place);
            }
        }
    }

    /// <summary>Waits until no instance is at work, at most that long.</summary>
    public async Task QuiesceAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        long limit = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (_instances.Values.Any(static instance => instance.IsBusy)
            && Environment.TickCount64 < limit && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(5, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets all live state: the session that held the leases is gone.</summary>
    public void ForgetAll()
    {
        foreach (Instance instance in _instances.Values)
        {
            instance.Forget();
        }
    }
}
