using System.Collections.Concurrent;
using System.Diagnostics;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// Activities that share one limit: how many run at once, and how many are held in memory. Most come straight from the
/// commit that scheduled them; what did not fit is leased from the hub as places become free. Queues know nothing of each
/// other: what fills one neither takes room from another nor stands before it in the hub.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="dispatcher">Who runs what is taken.</param>
/// <param name="selection">What it takes from the hub.</param>
/// <param name="limit">How many run at once.</param>
/// <param name="prefetch">How many may be held besides those that run; null for none: only what can begin at once is leased.</param>
internal sealed class ActivityQueue(
    EngineNode node, ActivityDispatcher dispatcher, ActivitySelection selection, int limit, int? prefetch) : IThreadPoolWorkItem
{
    /// <summary>Activities that end at once, run one after the other before other work of the pool may pass.</summary>
    private const int RunsPerVisit = 64;

    private const int LeaseBatch = 1_000;

    private readonly ConcurrentQueue<(LeasedActivity Activity, long At)> _queue = new();

    // Without a prefetch what runs takes up room too, and every free place is worth a lease.
    private readonly int _capacity = prefetch ?? limit;
    private readonly int _fillBelow = prefetch is { } held ? (held + 1) / 2 : limit;
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
        int granted = Math.Min(count, Math.Max(0, _capacity - Volatile.Read(ref _reserved)));
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
        if (_moreInStore && !dispatcher.IsClosed && Volatile.Read(ref _reserved) < _fillBelow
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

            if (prefetch is not null)
            {
                Release(1);
                FillIfRoom();
            }

            ValueTask run = dispatcher.RunAsync(next.Activity);
            bool isLong = !run.IsCompletedSuccessfully;
            if (isLong)
            {
                await run.ConfigureAwait(false);
                runs = 0;
            }

            if (prefetch is null)
            {
                Release(1);
                FillIfRoom();
            }

            if (!isLong && runs >= RunsPerVisit)
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
            int wanted = Math.Min(LeaseBatch, _capacity - Volatile.Read(ref _reserved));
            while (_moreInStore && !dispatcher.IsClosed && wanted > 0)
            {
                _moreInStore = false;
                IReadOnlyList<LeasedActivity> leased = await node.Hub
                    .LeaseActivitiesAsync(node.Session.Id, selection with { Labels = node.Options.Labels }, wanted, CancellationToken.None).ConfigureAwait(false);
                _moreInStore |= leased.Count == wanted;
                dispatcher.Adopt(leased);
                wanted = Math.Min(LeaseBatch, _capacity - Volatile.Read(ref _reserved));
            }
        }
        catch (HubUnavailableException exception)
        {
            failed = _moreInStore = true;
            node.Log.HubUnavailable("activities", exception.Message);
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
