namespace FuncExec.WorkerFunctions.Output;

/// <summary>
/// Calls back for each item after the same delay. One timer serves all: what came first is due first. The timer stands
/// still while nothing waits.
/// </summary>
internal sealed class FixedDelay<T> : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<(T Item, long AddedAt)> _waiting = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _delay;
    private readonly Action<T> _due;
    private readonly ITimer _timer;

    public FixedDelay(TimeProvider time, TimeSpan delay, Action<T> due)
    {
        _time = time;
        _delay = delay;
        _due = due;
        _timer = time.CreateTimer(static state => ((FixedDelay<T>)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(T item)
    {
        lock (_gate)
        {
            _waiting.Enqueue((item, _time.GetTimestamp()));
            if (_waiting.Count == 1)
            {
                _timer.Change(_delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        while (true)
        {
            T item;
            lock (_gate)
            {
                if (!_waiting.TryPeek(out (T Item, long AddedAt) first))
                {
                    return;
                }

                TimeSpan left = _delay - _time.GetElapsedTime(first.AddedAt);
                if (left > TimeSpan.Zero)
                {
                    // A timer counts whole milliseconds: one that fired a little early must not fire at once again.
                    _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                    return;
                }

                item = _waiting.Dequeue().Item;
            }

            _due(item);
        }
    }
}
