using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;
using FuncExec.Runtime.Tracing;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// Runs activities. Those with a limit of their own have a queue of their own; all others share one. Which queue an
/// activity belongs to is decided by its name, here and now: nothing of it is stored.
/// </summary>
internal sealed class ActivityDispatcher : IDisposable
{
    /// <summary>How long activities that ignore their token are waited for at the end; their leases end with the session.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);

    private readonly EngineNode _node;
    private readonly bool _singleNode;
    /// <summary>How long it is relied on that an instance is as it was when the hub leased an activity of it.</summary>
    private const long FreshFor = 1_000;

    // With the time at which each came here.
    private readonly ConcurrentDictionary<ActivityLease, long> _held = new();
    private readonly ActivityQueue _default;
    private readonly FrozenDictionary<string, ActivityQueue> _limited;
    private readonly ActivityQueue[] _queues;
    private CancellationTokenSource _stop = new();
    private volatile bool _closed;

    public ActivityDispatcher(EngineNode node, bool singleNode)
    {
        _node = node;
        _singleNode = singleNode;
        IDictionary<string, int> limits = node.Options.ActivityLimits;
        ISet<string> excluded = node.Options.ExcludedActivities;

        // Where there are other nodes, what this build does not have is theirs.
        string[] apart = [.. limits.Keys, .. excluded];
        _default = Make(
            singleNode ? new ActivitySelection.Others(apart) : new ActivitySelection.AnyOf([.. node.Registry.Activities.Except(apart, StringComparer.OrdinalIgnoreCase)]),
            node.Options.MaxConcurrentActivities,
            singleNode ? node.Options.ActivityPrefetch : Math.Min(node.Options.ActivityPrefetch, 2 * node.Options.MaxConcurrentActivities));

        // What has a limit may take hours: where other nodes could run it, none waits here behind it.
        _limited = limits.Where(limit => !excluded.Contains(limit.Key) && (singleNode || node.Registry.TryGetActivity(limit.Key, out _))).ToFrozenDictionary(
            static limit => limit.Key,
            limit => Make(new ActivitySelection.Named(limit.Key), limit.Value, singleNode ? node.Options.ActivityPrefetch : null),
            StringComparer.OrdinalIgnoreCase);
        _queues = [_default, .. _limited.Values];
        if (!singleNode)
        {
            foreach (ActivityQueue queue in _limited.Values)
            {
                node.Loads.Add(queue);
            }
        }

        ActivityQueue Make(ActivitySelection selection, int limit, int? prefetch) =>
            new(node, this, selection, limit, prefetch);
    }

    /// <summary>Activities that run now.</summary>
    public int Running => _queues.Sum(static queue => queue.Running);

    /// <summary>What waits here for a free place, and since when by <see cref="Stopwatch"/>.</summary>
    public IEnumerable<(LeasedActivity Activity, long At)> Waiting => _queues.SelectMany(static queue => queue.Waiting);

    /// <summary>True once nothing new is taken.</summary>
    public bool IsClosed => _closed || _node.Options.Draining.IsCancellationRequested;

    /// <summary>
    /// Asks for room for activities that a turn is about to schedule, and brings those that get it to the front. Answers how
    /// many; they must be enqueued or released.
    /// </summary>
    public int Reserve(List<NewActivity> scheduled)
    {
        if (scheduled.Count == 0 || IsClosed)
        {
            return 0;
        }

        return _limited.Count == 0 && scheduled.TrueForAll(Runs) ? _default.Reserve(scheduled.Count) : ReserveEach(scheduled);
    }

    /// <summary>Gives back what was reserved for the first of them.</summary>
    public void Release(List<NewActivity> scheduled, int count)
    {
        for (int i = 0; i < count; i++)
        {
            QueueOf(scheduled[i].Name).Release(1);
        }
    }

    /// <summary>Takes over what a commit scheduled and leased to this node.</summary>
    public void Enqueue(LiveState live, List<NewActivity> scheduled, IReadOnlyList<ActivityReceipt> receipts)
    {
        for (int i = 0; i < scheduled.Count; i++)
        {
            ActivityQueue queue = QueueOf(scheduled[i].Name);
            if (receipts[i].Leased)
            {
                ActivityLease lease = receipts[i].Lease;
                Enqueue(queue, new LeasedActivity(lease, live.Lease.InstanceId, live.Lease.InstanceKey, live.Generation, scheduled[i], 1));
            }
            else if (Runs(scheduled[i]))
            {
                queue.MoreAvailable(scheduled[i].RunsOn);
            }
        }

        foreach (ActivityQueue queue in _queues)
        {
            queue.FillIfRoom();
        }
    }

    /// <summary>Takes activities that are already leased to this session; those it has are passed over.</summary>
    public void Adopt(IReadOnlyList<LeasedActivity> activities)
    {
        foreach (LeasedActivity activity in activities)
        {
            ActivityQueue queue = QueueOf(activity.Activity.Name);
            queue.Overbook(1);
            Enqueue(queue, activity);
        }
    }

    /// <summary>There may be unleased activities in the store.</summary>
    public void MoreAvailable()
    {
        foreach (ActivityQueue queue in _queues)
        {
            queue.MoreAvailable();
            queue.FillIfRoom();
        }
    }

    /// <summary>There are unleased activities of this name, which ask for these labels, in the store.</summary>
    public void MoreAvailable(string name, LabelSet runsOn)
    {
        if (Runs(name, runsOn))
        {
            ActivityQueue queue = QueueOf(name);
            queue.MoreAvailable(runsOn);
            queue.FillIfRoom();
        }
    }

    /// <summary>Another node runs more or less of an activity than before: it may be this one's turn.</summary>
    public void LoadChanged(string name) => QueueOf(name).FillIfRoom();

    /// <summary>Their completions are durable, or their leases are known to be old.</summary>
    public void Consumed(IReadOnlyList<ActivityLease> leases)
    {
        foreach (ActivityLease lease in leases)
        {
            Forget(lease);
        }
    }

    /// <summary>It is no longer here.</summary>
    public void Forget(ActivityLease lease) => _held.TryRemove(lease, out _);

    /// <summary>The leases are gone: ends what runs and forgets what waits.</summary>
    public void LeasesLost()
    {
        CancellationTokenSource old = Interlocked.Exchange(ref _stop, new CancellationTokenSource());
        DropQueues();
        _held.Clear();
        Cancel(old);
    }

    /// <summary>
    /// Takes nothing new, lets what runs end, and ends it when <paramref name="patience"/> is over. Where others could run what waits
    /// here it is run too, for its leases end with the session only.
    /// </summary>
    public async Task DrainAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        _closed = true;
        if (_singleNode)
        {
            DropQueues();
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        using CancellationTokenRegistration end = limit.Token.Register(() =>
        {
            DropQueues();
            Cancel(Volatile.Read(ref _stop));
        });
        long given = 0;
        while (Running > 0 && given < LastPatience.TotalMilliseconds)
        {
            await Task.Delay(10, CancellationToken.None).ConfigureAwait(false);
            given += limit.IsCancellationRequested ? 10 : 0;
        }
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Runs one and hands its completion to its instance.</summary>
    public async ValueTask RunAsync(LeasedActivity leased)
    {
        CancellationToken stop = Volatile.Read(ref _stop).Token;
        if (!_node.Instances.WillTellEnd(leased.InstanceId) && !IsFresh(leased.Lease) && await TryDropAsync(leased, stop).ConfigureAwait(false))
        {
            return;
        }

        ReceivedEvent completion;
        long begun = _node.Metrics.BeginActivity();
        using Activity? span = Spans.BeginActivity(leased);
        try
        {
            completion = await CallAsync(leased, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _node.Log.ActivityStopped(leased.Activity.Name, leased.InstanceId);
            return; // Not recorded: it runs again, here or elsewhere.
        }
        catch (Exception exception) // The author's code: whatever it throws is its failure.
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            completion = new TaskFailed(leased.Activity.TaskId, FailureData.From(exception));
        }

        _node.Metrics.EndActivity(begun, leased.Activity.Name, completion is TaskFailed);
        span?.Dispose(); // Its end is not that of handing over.

        if (!stop.IsCancellationRequested || _closed)
        {
            _node.Instances.Deliver(leased.InstanceId, Incoming.Completion(leased.Lease, leased.Generation, completion));
        }
    }

    /// <summary>
    /// An activity that waited while its instance was terminated, purged or overwritten does not start any more. One whose
    /// instance has completed or continued as new does, as on the official platform.
    /// </summary>
    private async ValueTask<bool> TryDropAsync(LeasedActivity leased, CancellationToken stop)
    {
        try
        {
            InstanceRecord? instance = await _node.Hub.FindInstanceAsync(leased.InstanceId, stop).ConfigureAwait(false);
            if (instance is { Status: not InstanceStatus.Terminated } && instance.Key == leased.InstanceKey)
            {
                return false;
            }

            // The hub drops the message, for nobody waits for it, and removes the activity.
            await _node.Hub.CompleteActivityAsync(
                leased.Lease, HistoryFormat.Encode(new TaskCompleted(leased.Activity.TaskId, null)), CancellationToken.None).ConfigureAwait(false);
            Consumed([leased.Lease]);
            return true;
        }
        catch (HubUnavailableException exception)
        {
            _node.Log.HubUnavailable("activities", exception.Message);
            return false; // Whether it is still wanted is not known: at least once.
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return true; // The node stops: it is looked at again, here or elsewhere.
        }
    }

    /// <summary>
    /// Where nodes share the hub, most activities of others' instances begin as soon as they were leased, and the hub has looked
    /// at the instance then: asking once more would cost a round trip each.
    /// </summary>
    private bool IsFresh(ActivityLease lease) =>
        !_singleNode && _held.TryGetValue(lease, out long at) && Environment.TickCount64 - at < FreshFor;

    private async ValueTask<ReceivedEvent> CallAsync(LeasedActivity leased, CancellationToken stop)
    {
        NewActivity activity = leased.Activity;
        if (!_node.Registry.TryGetActivity(activity.Name, out ActivityRegistration? code))
        {
            return new TaskFailed(activity.TaskId, UnknownFunction.Activity(activity.Name, _node.Registry.Activities));
        }

        var call = new ActivityCall(leased.InstanceId, activity.Name, activity.TaskId, activity.Input);
        string? result = await code.Run(call, stop).ConfigureAwait(false);
        if (result?.Length > _node.Options.MaxPayloadLength)
        {
            throw new InvalidOperationException(
                $"The result of '{activity.Name}' is {result.Length} characters long when serialized; the limit is {_node.Options.MaxPayloadLength}. Store large data elsewhere and return a reference.");
        }

        return new TaskCompleted(activity.TaskId, result);
    }

    private bool Runs(NewActivity activity) => Runs(activity.Name, activity.RunsOn);

    /// <summary>Whether this node takes activities of that name, and has the labels that they ask for.</summary>
    private bool Runs(string name, LabelSet runsOn) =>
        _node.Options.Labels.Includes(runsOn) && _node.Left.TakesActivity(name) && (_node.Options.ExcludedActivities.Count == 0 || !_node.Options.ExcludedActivities.Contains(name));

    private ActivityQueue QueueOf(string name) =>
        _limited.Count != 0 && _limited.TryGetValue(name, out ActivityQueue? queue) ? queue : _default;

    private int ReserveEach(List<NewActivity> scheduled)
    {
        List<NewActivity>? refused = null;
        int granted = 0;
        for (int i = 0; i < scheduled.Count; i++)
        {
            NewActivity activity = scheduled[i];
            if (Runs(activity) && QueueOf(activity.Name).TryReserve(activity))
            {
                // Never ahead of the reading: what was read before is here or among the refused.
                scheduled[granted++] = activity;
            }
            else
            {
                (refused ??= []).Add(activity);
            }
        }

        for (int i = granted; i < scheduled.Count; i++)
        {
            scheduled[i] = refused![i - granted];
        }

        return granted;
    }

    /// <summary>Queues an activity for which room is reserved, unless it came another way before: after a lost answer it may come twice.</summary>
    private void Enqueue(ActivityQueue queue, LeasedActivity activity)
    {
        if (_held.TryAdd(activity.Lease, Environment.TickCount64))
        {
            queue.Enqueue(activity);
        }
        else
        {
            queue.Release(1);
        }
    }

    /// <summary>Callbacks on the token are the author's: what they throw must not take the node along.</summary>
    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException exception)
        {
            _node.Log.LoopFailed("cancelling activities", exception);
        }
    }

    private void DropQueues()
    {
        foreach (ActivityQueue queue in _queues)
        {
            queue.Drop();
        }
    }
}
