using System.Collections.Concurrent;
using System.Diagnostics;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// Activities that share one limit: how many run at once, and how many are held in memory. Most come straight from the
/// commit that scheduled them; what did not fit is leased from the hub as places become free. Queues know nothing of each
/// other: what fills one neither takes room from another nor stands before it in the hub.
/// </summary>
internal sealed class ActivityQueue(
    EngineNode node, ActivityDispatcher dispatcher, ActivitySelection selection, int limit, int capacity) : IThreadPoolWorkItem
{
    /// <summary>Activities that end at once, run one after the other before other work of the pool may pass.</summary>
    private const int RunsPerVisit = 64;

    private const int LeaseBatch = 1_000;

    private readonly ConcurrentQueue<(LeasedActivity Activity, long At)> _queue = new();
    private int _reserved;
    private int _workers;
    private int _filling;
    private volatile bool _moreInStore;

    /// <summary>Activities that run now.</summary>
    public int Running => Volatile.Read(ref _workers);

    /// <summary>What waits here, and since when by <see cref="Stopwatch"/>.</summary>
    public IEnumerable<(LeasedActivity Activity, long At)> Waiting => _queue;

    /// <summary>Grants at most so much room; what it grants must be enqueued or released.</summary>
    public int Reserve(int count)
    {
        int granted = Math.Min(count, Math.Max(0, capacity - Volatile.Read(ref _reserved)));
        Interlocked.Add(ref _reserved, granted);
        return granted;
    }

    /// <summary>Makes room for what is leased already, whether or not there is any.</summary>
    public void Overbook(int count) => Interlocked.Add(ref _reserved, count);

    /// <summary>Gives back what was not used.</summary>
    public void Release(int count) => Interlocked.Add(ref _reserved, -count);

    /// <summary>Queues an activity for which room is reserved.</summary>
    public void Enqueue(LeasedActivity activity)
    {
        _queue.Enqueue((activity, Stopwatch.GetTimestamp()));
        StartWorker();
    }

    /// <summary>There may be unleased activities of this queue in the store.</summary>
    public void MoreAvailable() => _moreInStore = true;

    /// <summary>Leases more where there is room and may be some.</summary>
    public void FillIfRoom()
    {
        if (_moreInStore && !dispatcher.IsClosed && Volatile.Read(ref _reserved) < (capacity + 1) / 2
            && Interlocked.CompareExchange(ref _filling, 1, 0) == 0)
        {
            _ = FillAsync();
        }
    }

    /// <summary>Forgets what waits.</summary>
    public void Drop()
    {
        while (_queue.TryDequeue(out (LeasedActivity Activity, long At) dropped))
        {
            dispatcher.Forget(dropped.Activity.Lease);
            Release(1);
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = WorkAsync();

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
        while (workers < limit)
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
            if (!_queue.TryDequeue(out (LeasedActivity Activity, long At) next))
            {
                Interlocked.Decrement(ref _workers);
                StartWorker();
                return;
            }

            Release(1);
            FillIfRoom();
            ValueTask run = dispatcher.RunAsync(next.Activity);
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

    private async Task FillAsync()
    {
        bool failed = false;
        try
        {
            int wanted = Math.Min(LeaseBatch, capacity - Volatile.Read(ref _reserved));
            while (_moreInStore && !dispatcher.IsClosed && wanted > 0)
            {
                _moreInStore = false;
                IReadOnlyList<LeasedActivity> leased = await node.Hub
                    .LeaseActivitiesAsync(node.Session.Id, selection, wanted, CancellationToken.None).ConfigureAwait(false);
                _moreInStore |= leased.Count == wanted;
                dispatcher.Adopt(leased);
                wanted = Math.Min(LeaseBatch, capacity - Volatile.Read(ref _reserved));
            }
        }
        catch (HubUnavailableException exception)
        {
            failed = _moreInStore = true;
            node.Log.HubUnavailable("activities", exception);
            node.Recovery.Request();
        }
        catch (Exception exception) // An engine defect must not end the filling for good.
        {
            failed = _moreInStore = true;
            node.Log.LoopFailed("activities", exception);
        }

        Volatile.Write(ref _filling, 0);
        if (!failed)
        {
            FillIfRoom(); // More may have been announced after the last look and before the line above.
        }
    }
}
