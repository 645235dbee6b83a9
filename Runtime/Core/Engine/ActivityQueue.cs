using System.Collections.Concurrent;
using System.Diagnostics;
using FuncExec.Runtime.Hosting;
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
/// <remarks>
/// Where nothing is held ahead, the node takes what waits when it is its turn by <see cref="NodeLoads"/>; what is another node's it leaves
/// to that one for <see cref="EngineOptions.PlacementPatience"/>, at most as long as a run takes here, and then takes what is still there.
/// </remarks>
internal sealed class ActivityQueue(
    EngineNode node, ActivityDispatcher dispatcher, ActivitySelection selection, int limit, int? prefetch) : IThreadPoolWorkItem
{
    /// <summary>Activities that end at once, run one after the other before other work of the pool may pass.</summary>
    private const int RunsPerVisit = 64;

    private const int LeaseBatch = 1_000;

    /// <summary>How many of the latest runs say how long one takes.</summary>
    private const int RunsRemembered = 8;

    private readonly ConcurrentQueue<(LeasedActivity Activity, long At)> _queue = new();

    // Without a prefetch what runs takes up room too, and every free place is worth a lease.
    private readonly int _capacity = prefetch ?? limit;
    private readonly int _fillBelow = prefetch is { } held ? (held + 1) / 2 : limit;
    private readonly NodeLoads? _loads = prefetch is null ? node.Loads : null;
    private readonly ConcurrentDictionary<LabelSet, byte> _saidToWait = new();
    private volatile bool _takesWhatItFinds;
    private volatile bool _isLeftToOthers;
    private int _isPatient;
    private long _turns;
    private long _typicalRun; // Of the latest runs, in ticks of the stopwatch; 0 before the first.
    private int _reserved;
    private int _workers;
    private int _filling;
    private volatile bool _moreInStore;

    /// <summary>Activities that run now.</summary>
    public int Running => Volatile.Read(ref _workers);

    /// <summary>What waits here, and since when by <see cref="Stopwatch"/>.</summary>
    public IEnumerable<(LeasedActivity Activity, long At)> Waiting => _queue;

    /// <summary>What other nodes are told of it.</summary>
    public NodeLoad Load => new(
        node.Session.Id,
        ((ActivitySelection.Named)selection).Name,
        dispatcher.IsClosed ? 0 : limit,
        Volatile.Read(ref _reserved),
        Interlocked.Read(ref _turns),
        node.Options.Labels);

    /// <summary>Grants at most so much room; what it grants must be enqueued or released.</summary>
    public int Reserve(int count)
    {
        int granted = Math.Min(count, Math.Max(0, _capacity - Volatile.Read(ref _reserved)));
        Take(granted);
        return granted;
    }

    /// <summary>Grants room for an activity that a turn is about to schedule, unless it is another node's.</summary>
    public bool TryReserve(NewActivity activity)
    {
        if (Volatile.Read(ref _reserved) >= _capacity)
        {
            return false;
        }

        if (_loads is null || activity.StaysWithInstance || _loads.Takes(Load, activity.RunsOn))
        {
            return Reserve(1) == 1;
        }

        _isLeftToOthers = true; // For a while from when it is in the store.
        return false;
    }

    /// <summary>Makes room for what is leased already, whether or not there is any.</summary>
    public void Overbook(int count) => Take(count);

    /// <summary>Gives back what was not used.</summary>
    public void Release(int count)
    {
        Interlocked.Add(ref _reserved, -count);
        _loads?.Changed();
    }

    /// <summary>Queues an activity for which room is reserved.</summary>
    public void Enqueue(LeasedActivity activity)
    {
        _queue.Enqueue((activity, Stopwatch.GetTimestamp()));
        StartWorker();
    }

    /// <summary>There may be unleased activities of this queue in the store, whose they are is not known.</summary>
    public void MoreAvailable()
    {
        _takesWhatItFinds = true;
        _moreInStore = true;
    }

    /// <summary>There are unleased activities of this queue in the store that ask for these labels.</summary>
    public void MoreAvailable(LabelSet runsOn)
    {
        if (_loads is not null)
        {
            _saidToWait.TryAdd(runsOn, 0);
        }

        _moreInStore = true;
    }

    /// <summary>Leases more where there is room and may be some.</summary>
    public void FillIfRoom()
    {
        if (!_moreInStore || dispatcher.IsClosed || Volatile.Read(ref _reserved) >= _fillBelow)
        {
            return;
        }

        if (!_takesWhatItFinds && (_isLeftToOthers || Wanted() == 0))
        {
            BePatient();
        }
        else if (Interlocked.CompareExchange(ref _filling, 1, 0) == 0)
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

    private void Take(int count)
    {
        if (count > 0)
        {
            Interlocked.Add(ref _reserved, count);
            if (_loads is not null)
            {
                for (int i = 0; i < count; i++)
                {
                    Interlocked.Exchange(ref _turns, _loads.NextTurn(Interlocked.Read(ref _turns), limit));
                }

                _loads.Changed();
            }
        }
    }

    /// <summary>How many to lease now: 0 where there is room, and it is another node's turn.</summary>
    private int Wanted()
    {
        int free = Math.Min(LeaseBatch, _capacity - Volatile.Read(ref _reserved));
        if (_loads is null || _takesWhatItFinds || free <= 0)
        {
            return Math.Max(0, free);
        }

        NodeLoad own = Load;
        return Math.Min(free, _saidToWait.Keys.Select(runsOn => _loads.Allowance(own, runsOn)).DefaultIfEmpty(free).Max());
    }

    /// <summary>Leaves what waits to another node for a while.</summary>
    private void BePatient()
    {
        if (Interlocked.Exchange(ref _isPatient, 1) == 0)
        {
            _ = WaitAsync();
        }

        async Task WaitAsync()
        {
            await Task.Delay(Patience()).ConfigureAwait(false);
            Volatile.Write(ref _isPatient, 0);
            _isLeftToOthers = false;
            _takesWhatItFinds |= _moreInStore;
            FillIfRoom();
        }
    }

    /// <summary>
    /// How long to leave to another node what is its. Waiting for longer than a run would have taken here gains nothing; of many nodes
    /// that wait the first one looks, and the hub is not asked by all of them at once.
    /// </summary>
    private TimeSpan Patience()
    {
        TimeSpan most = node.Options.PlacementPatience;
        TimeSpan run = Stopwatch.GetElapsedTime(0, Volatile.Read(ref _typicalRun));
        TimeSpan least = run > TimeSpan.Zero && run < most ? run : most;
        return least * (1 + (Random.Shared.NextDouble() * Math.Max(0, (_loads?.Count ?? 0) - 1)));
    }

    private void Ran(TimeSpan time)
    {
        long typical = Volatile.Read(ref _typicalRun);
        long ticks = Math.Max(1, (long)(time.TotalSeconds * Stopwatch.Frequency));
        Volatile.Write(ref _typicalRun, typical == 0 ? ticks : typical + ((ticks - typical) / RunsRemembered)); // A lost update is no harm.
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

            long began = Stopwatch.GetTimestamp();
            ValueTask run = dispatcher.RunAsync(next.Activity);
            bool isLong = !run.IsCompletedSuccessfully;
            if (isLong)
            {
                await run.ConfigureAwait(false);
                runs = 0;
            }

            if (prefetch is null)
            {
                Ran(Stopwatch.GetElapsedTime(began));
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
            int wanted = Wanted();
            while (_moreInStore && !dispatcher.IsClosed && wanted > 0)
            {
                _moreInStore = false;
                LabelSet[] said = [.. _saidToWait.Keys];
                _saidToWait.Clear();
                IReadOnlyList<LeasedActivity> leased = await node.Hub
                    .LeaseActivitiesAsync(node.Session.Id, selection with { Labels = node.Options.Labels }, wanted, CancellationToken.None).ConfigureAwait(false);
                if (leased.Count == wanted)
                {
                    Array.ForEach(said, MoreAvailable);
                    _moreInStore = true;
                }

                dispatcher.Adopt(leased);
                wanted = Wanted();
            }

            _takesWhatItFinds &= _moreInStore && wanted > 0;
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
