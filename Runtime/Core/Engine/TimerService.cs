using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// Fires durable timers. Those due soon are held in memory, a bounded number; the rest stay in the hub and are read a
/// page at a time as the horizon moves.
/// </summary>
internal sealed class TimerService : IDisposable
{
    private const int MaxHeld = 100_000;
    private const int PageSize = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>The longest sleep: a wall clock that was set forward is noticed by then.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    private readonly EngineNode _node;
    private readonly PriorityQueue<StoredTimer, TimerOrder> _heap = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TimerKey _horizon;

    // While a page is read, new timers up to here are taken over too: the page may have been read before they were
    // stored. One that comes both ways fires once: its instance no longer waits for the second.
    private TimerKey _readingUntil;
    private int _beginnings;
    private DateTimeOffset _wakeAt = DateTimeOffset.MaxValue;
    private bool _reading;
    private bool _stopped = true;

    public TimerService(EngineNode node)
    {
        _node = node;
        _timer = node.Time.CreateTimer(static service => ((TimerService)service!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Timers held in memory.</summary>
    public int Held
    {
        get
        {
            lock (_gate)
            {
                return _heap.Count;
            }
        }
    }

    /// <summary>Begins, or begins anew after leases were lost: everything is read from the hub.</summary>
    public void Restart()
    {
        if (!_node.Options.RunsOrchestrations)
        {
            return;
        }

        lock (_gate)
        {
            _heap.Clear();
            _horizon = default;
            _beginnings++;
            _stopped = false;
        }

        Tick();
    }

    /// <summary>
    /// Reads those due soon once more: a call whose answer never came may have stored one. Those that are held already come
    /// twice and fire once.
    /// </summary>
    public void ReadAgain()
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _horizon = default;
            _beginnings++;
        }

        Tick();
    }

    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _heap.Clear();
        }

        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes over timers that a commit has stored.</summary>
    public void Add(string instanceId, IReadOnlyList<TimerKey> timers)
    {
        if (timers.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (TimerKey key in timers)
            {
                if (TimerOrder.Compare(key, _horizon) <= 0 || (_reading && TimerOrder.Compare(key, _readingUntil) <= 0))
                {
                    _heap.Enqueue(new StoredTimer(key, instanceId), new TimerOrder(key));
                }
            }

            SleepUntilNext();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        List<StoredTimer>? due = null;
        DateTimeOffset now = _node.Now;
        bool read;
        lock (_gate)
        {
            _wakeAt = DateTimeOffset.MaxValue;
            if (_stopped)
            {
                return;
            }

            while (_heap.TryPeek(out StoredTimer? next, out _) && next.Key.FireAt <= now)
            {
                (due ??= []).Add(_heap.Dequeue());
            }

            read = !_reading && _heap.Count < MaxHeld && _horizon.FireAt < now + (Window / 2);
            if (read)
            {
                _reading = true;
                _readingUntil = new TimerKey(now + Window, long.MaxValue, int.MaxValue);
            }

            SleepUntilNext();
        }

        foreach (StoredTimer timer in due ?? [])
        {
            if (!_node.Left.Has(timer.InstanceId)) // Those who run it have its timers too.
            {
                _node.Instances.Deliver(timer.InstanceId, Incoming.Due(timer.Key));
            }
        }

        if (read)
        {
            _ = ReadAsync();
        }
    }

    /// <summary>Moves the horizon: reads what is due until then.</summary>
    private async Task ReadAsync()
    {
        bool failed = false;
        try
        {
            bool more = true;
            while (more)
            {
                (TimerKey after, int beginning) = Begin();
                IReadOnlyList<StoredTimer> page = await _node.Hub
                    .ReadTimersAsync(_node.Session.Id, after, _readingUntil.FireAt, PageSize, CancellationToken.None).ConfigureAwait(false);
                more = Take(beginning, page) && page.Count == PageSize;
            }
        }
        catch (HubUnavailableException exception)
        {
            _node.Log.HubUnavailable("timers", exception.Message);
            failed = true; // The next tick reads again.
        }
        catch (Exception exception) // A defect must not end the reading for good.
        {
            _node.Log.LoopFailed("timers", exception);
            failed = true;
        }

        lock (_gate)
        {
            _reading = false;
            SleepUntilNext();
        }

        if (!failed)
        {
            Tick();
        }
    }

    private (TimerKey After, int Beginning) Begin()
    {
        lock (_gate)
        {
            return (_horizon, _beginnings);
        }
    }

    private bool Take(int beginning, IReadOnlyList<StoredTimer> page)
    {
        lock (_gate)
        {
            if (_stopped || beginning != _beginnings)
            {
                return false; // Begun anew meanwhile.
            }

            foreach (StoredTimer timer in page)
            {
                _heap.Enqueue(timer, new TimerOrder(timer.Key));
            }

            _horizon = page.Count == PageSize ? page[^1].Key : _readingUntil;
            return _heap.Count < MaxHeld;
        }
    }

    private void SleepUntilNext()
    {
        DateTimeOffset now = _node.Now;
        DateTimeOffset at = now + LongestSleep;
        if (_heap.TryPeek(out StoredTimer? next, out _) && next.Key.FireAt < at)
        {
            at = next.Key.FireAt;
        }

        if (at < _wakeAt)
        {
            _wakeAt = at;
            TimeSpan delay = at - now;
            _timer.Change(delay > TimeSpan.Zero ? delay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}

/// <summary>The order in which timers are due.</summary>
internal readonly record struct TimerOrder(TimerKey Key) : IComparable<TimerOrder>
{
    public int CompareTo(TimerOrder other) => Compare(Key, other.Key);

    public static int Compare(TimerKey left, TimerKey right)
    {
        int byTime = left.FireAt.CompareTo(right.FireAt);
        int byInstance = byTime != 0 ? byTime : left.InstanceKey.CompareTo(right.InstanceKey);
        return byInstance != 0 ? byInstance : left.TimerId.CompareTo(right.TimerId);
    }
}
