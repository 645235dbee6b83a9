using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Sqlite;

/// <summary>
/// Tells the nodes of this process what others of it have done: several engines over one hub. With one engine nobody is told
/// anything, and nothing is collected for it.
/// </summary>
internal sealed class Signals
{
    private readonly Lock _gate = new();
    private volatile Hearing[] _hearings = [];

    /// <summary>Whether there is anybody to tell besides whoever did it.</summary>
    internal bool AreHeard => _hearings.Length > 1;

    internal IAsyncDisposable Listen(IHubListener listener)
    {
        var hearing = new Hearing(this, listener);
        lock (_gate)
        {
            _hearings = [.. _hearings, hearing];
        }

        return hearing;
    }

    /// <summary>Tells all listeners but those of one session, on threads of the pool: whoever tells holds the store.</summary>
    internal void Tell(long session, Action<IHubListener> tell)
    {
        foreach (Hearing hearing in _hearings)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static told => told.hearing.Tell(told.session, told.tell), (hearing, session, tell), preferLocal: false);
        }
    }

    private void Remove(Hearing hearing)
    {
        lock (_gate)
        {
            _hearings = [.. _hearings.Where(other => other != hearing)];
        }
    }

    private sealed class Hearing(Signals signals, IHubListener listener) : IAsyncDisposable
    {
        private readonly Lock _telling = new();
        private bool _isOver;

        internal void Tell(long session, Action<IHubListener> tell)
        {
            lock (_telling)
            {
                if (!_isOver && listener.Session != session)
                {
                    tell(listener);
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            signals.Remove(this);
            lock (_telling)
            {
                _isOver = true;
            }

            return ValueTask.CompletedTask;
        }
    }
}
