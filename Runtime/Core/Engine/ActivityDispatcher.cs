using System.Collections.Concurrent;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// Runs activities, a bounded number at once. Most come straight from the commit that scheduled them; what did not fit
/// into memory is leased from the hub as places become free.
/// </summary>
internal sealed class ActivityDispatcher : IThreadPoolWorkItem, IDisposable
{
    /// <summary>Activities that end at once, run one after the other before other work of the pool may pass.</summary>
    private const int RunsPerVisit = 64;

    private const int LeaseBatch = 1_000;

    /// <summary>How long activities that ignore their token are waited for at the end; their leases end with the session.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);

    private readonly EngineNode _node;
    private readonly ConcurrentQueue<LeasedActivity> _queue = new();
    private readonly ConcurrentDictionary<ActivityLease, byte> _held = new();
    private readonly int _capacity;
    private CancellationTokenSource _stop = new();
    private int _reserved;
    private int _workers;
    private int _filling;
    private volatile bool _moreInStore;
    private volatile bool _closed;

    public ActivityDispatcher(EngineNode node, bool singleNode)
    {
        _node = node;
        _capacity = singleNode ? node.Options.ActivityPrefetch : Math.Min(node.Options.ActivityPrefetch, 2 * node.Options.MaxConcurrentActivities);
    }

    /// <summary>Activities that run now.</summary>
    public int Running => Volatile.Read(ref _workers);

    /// <summary>Asks for room for activities that a turn is about to schedule; what it grants must be enqueued or released.</summary>
    public int Reserve(int count)
    {
        if (count == 0 || _closed)
        {
            return 0;
        }

        int granted = Math.Min(count, Math.Max(0, _capacity - Volatile.Read(ref _reserved)));
        Interlocked.Add(ref _reserved, granted);
        return granted;
    }

    /// <summary>Gives back what was not used.</summary>
    public void Release(int count) => Interlocked.Add(ref _reserved, -count);

    /// <summary>Takes over what a commit scheduled and leased to this node.</summary>
    public void Enqueue(LiveState live, IReadOnlyList<NewActivity> scheduled, IReadOnlyList<ActivityReceipt> receipts)
    {
        for (int i = 0; i < scheduled.Count; i++)
        {
            if (receipts[i].Leased)
            {
                ActivityLease lease = receipts[i].Lease;
                Enqueue(new LeasedActivity(lease, live.Lease.InstanceId, live.Lease.InstanceKey, live.Generation, scheduled[i], 1));
            }
            else
            {
                _moreInStore = true;
            }
        }

        FillIfRoom();
    }

    /// <summary>Takes activities that are already leased to this session; those it has are passed over.</summary>
    public void Adopt(IReadOnlyList<LeasedActivity> activities)
    {
        foreach (LeasedActivity activity in activities)
        {
            Interlocked.Increment(ref _reserved);
            Enqueue(activity);
        }
    }

    /// <summary>There may be unleased activities in the store.</summary>
    public void MoreAvailable()
    {
        _moreInStore = true;
        FillIfRoom();
    }

    /// <summary>Their completions are durable, or their leases are known to be old.</summary>
    public void Consumed(IReadOnlyList<ActivityLease> leases)
    {
        foreach (ActivityLease lease in leases)
        {
            _held.TryRemove(lease, out _);
        }
    }

    /// <summary>The leases are gone: ends what runs and forgets what waits.</summary>
    public void LeasesLost()
    {
        CancellationTokenSource old = Interlocked.Exchange(ref _stop, new CancellationTokenSource());
        DropQueue();
        _held.Clear();
        Cancel(old);
    }

    /// <summary>Takes nothing new, lets what runs end, and ends it when <paramref name="patience"/> is over.</summary>
    public async Task DrainAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        _closed = true;
        DropQueue();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        using CancellationTokenRegistration end = limit.Token.Register(() => Cancel(Volatile.Read(ref _stop)));
        long given = 0;
        while (Running > 0 && given < LastPatience.TotalMilliseconds)
        {
            await Task.Delay(10, CancellationToken.None).ConfigureAwait(false);
            given += limit.IsCancellationRequested ? 10 : 0;
        }
    }

    public void Dispose() => _stop.Dispose();

    void IThreadPoolWorkItem.Execute() => _ = WorkAsync();

    /// <summary>Queues an activity for which room is reserved, unless it came another way before: after a lost answer it may come twice.</summary>
    private void Enqueue(LeasedActivity activity)
    {
        if (!_held.TryAdd(activity.Lease, 0))
        {
            Release(1);
            return;
        }

        _queue.Enqueue(activity);
        StartWorker();
    }

    private void StartWorker()
    {
        if (!_queue.IsEmpty && TryTakeWorker())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    private bool TryTakeWorker()
    {
        int workers = Volatile.Read(ref _workers);
        while (workers < _node.Options.MaxConcurrentActivities)
        {
            int seen = Interlocked.CompareExchange(ref _workers, workers + 1, workers);
            if (seen == workers)
            {
                return true;
            }

            workers = seen;
        }

        return false;
    }

    private async Task WorkAsync()
    {
        for (int runs = 0; ; runs++)
        {
            if (!_queue.TryDequeue(out LeasedActivity? activity))
            {
                Interlocked.Decrement(ref _workers);
                StartWorker();
                return;
            }

            Release(1);
            FillIfRoom();
            ValueTask run = RunAsync(activity);
            if (!run.IsCompletedSuccessfully)
            {
                await run.ConfigureAwait(false);
                runs = 0;
            }
            else if (runs >= RunsPerVisit)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); // Keeps its place among the workers.
                return;
            }
        }
    }

    private async ValueTask RunAsync(LeasedActivity leased)
    {
        CancellationToken stop = Volatile.Read(ref _stop).Token;
        if (!_node.Instances.WillTellEnd(leased.InstanceId) && await TryDropAsync(leased, stop).ConfigureAwait(false))
        {
            return;
        }

        ReceivedEvent completion;
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
            completion = new TaskFailed(leased.Activity.TaskId, FailureData.From(exception));
        }

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
            _node.Log.HubUnavailable("activities", exception);
            return false; // Whether it is still wanted is not known: at least once.
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return true; // The node stops: it is looked at again, here or elsewhere.
        }
    }

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

    private void FillIfRoom()
    {
        if (_moreInStore && !_closed && Volatile.Read(ref _reserved) < (_capacity + 1) / 2
            && Interlocked.CompareExchange(ref _filling, 1, 0) == 0)
        {
            _ = FillAsync();
        }
    }

    private async Task FillAsync()
    {
        bool failed = false;
        try
        {
            int wanted = Math.Min(LeaseBatch, _capacity - Volatile.Read(ref _reserved));
            while (_moreInStore && !_closed && wanted > 0)
            {
                _moreInStore = false;
                IReadOnlyList<LeasedActivity> leased = await _node.Hub
                    .LeaseActivitiesAsync(_node.Session.Id, wanted, CancellationToken.None).ConfigureAwait(false);
                _moreInStore |= leased.Count == wanted;
                Interlocked.Add(ref _reserved, leased.Count);
                foreach (LeasedActivity activity in leased)
                {
                    Enqueue(activity);
                }

                wanted = Math.Min(LeaseBatch, _capacity - Volatile.Read(ref _reserved));
            }
        }
        catch (HubUnavailableException exception)
        {
            failed = _moreInStore = true;
            _node.Log.HubUnavailable("activities", exception);
            _node.Recovery.Request();
        }
        catch (Exception exception) // An engine defect must not end the filling for good.
        {
            failed = _moreInStore = true;
            _node.Log.LoopFailed("activities", exception);
        }

        Volatile.Write(ref _filling, 0);
        if (!failed)
        {
            FillIfRoom(); // More may have been announced after the last look and before the line above.
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

    private void DropQueue()
    {
        while (_queue.TryDequeue(out LeasedActivity? dropped))
        {
            _held.TryRemove(dropped.Lease, out _);
            Release(1);
        }
    }
}
