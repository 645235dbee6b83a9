using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.PostgresStore;
using FuncExec.Runtime.PostgresStore.Signals;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Postgres.Signals;

/// <summary>Tells the other nodes of the schema what was left to them, and the listeners of this hub what others left to them.</summary>
internal sealed class HubSignals : IAsyncDisposable
{
    private readonly PostgresSignals _signals;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly Lock _telling = new();
    private volatile Hearing[] _hearings = [];
    private volatile bool _isStarted;

    internal HubSignals(PostgresDatabase database, TimeProvider time, ILogger logger)
    {
        _signals = new PostgresSignals(database, database.Kind.Name, time, logger);
        _signals.Received += signal => TellHere(0, listener => Signal.Tell(signal, listener));
        _signals.Reconnected += () => TellHere(0, static listener => listener.Gap());
    }

    internal async Task<IAsyncDisposable> ListenAsync(IHubListener listener, CancellationToken cancellationToken)
    {
        var hearing = new Hearing(this, listener);
        lock (_telling)
        {
            _hearings = [.. _hearings, hearing];
        }

        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isStarted)
            {
                await _signals.StartAsync(cancellationToken).ConfigureAwait(false);
                _isStarted = true;
            }
        }
        finally
        {
            _starting.Release();
        }

        return hearing;
    }

    /// <summary>Tells what a session did, or a client (0). Called when it is durable.</summary>
    internal void Tell(long session, string signal)
    {
        if (!_isStarted)
        {
            return; // A hub without a node: nobody here listens, and whoever does looks by himself now and then.
        }

        _signals.Notify(signal);
        if (_hearings.Length > 1)
        {
            // Several nodes of one process: what a node tells the server, its process does not hear.
            ThreadPool.UnsafeQueueUserWorkItem(
                static told => told.signals.TellHere(told.session, listener => Signal.Tell(told.signal, listener)),
                (signals: this, session, signal),
                preferLocal: false);
        }
    }

    /// <summary>Tells what a turn left to others.</summary>
    internal void TellTurn(TurnCommit commit, CommitOutcome.Committed committed)
    {
        for (int i = 0; i < committed.Messages.Count; i++)
        {
            if (committed.Messages[i] is { Delivery: Delivery.Elsewhere, Owner: var owner })
            {
                Tell(commit.Session, Signal.InstanceReady(commit.Messages[i].InstanceId, owner));
            }
        }

        if (committed.Activities.Count > commit.LeaseActivities)
        {
            TellWaiting(commit.Session, commit.NewActivities.Skip(commit.LeaseActivities));
        }

        if (commit.ExpectedVersion == 1 || commit.Status is not InstanceStatus.Running)
        {
            Tell(commit.Session, Signal.InstanceChanged(commit.Lease.InstanceId));
        }
    }

    /// <summary>Tells that activities wait.</summary>
    internal void TellWaiting(long session, IEnumerable<NewActivity> activities)
    {
        foreach ((string name, LabelSet runsOn) in activities.Select(static activity => (activity.Name, activity.RunsOn)).Distinct())
        {
            Tell(session, Signal.ActivitiesWaiting(name, runsOn));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _signals.DisposeAsync().ConfigureAwait(false);
        _starting.Dispose();
    }

    /// <summary>One call after the other, none for what the listener's own session did, and none once it has stopped.</summary>
    private void TellHere(long session, Action<IHubListener> tell)
    {
        lock (_telling)
        {
            foreach (Hearing hearing in _hearings)
            {
                if (session == 0 || hearing.Listener.Session != session)
                {
                    tell(hearing.Listener);
                }
            }
        }
    }

    private sealed class Hearing(HubSignals signals, IHubListener listener) : IAsyncDisposable
    {
        internal IHubListener Listener { get; } = listener;

        public ValueTask DisposeAsync()
        {
            lock (signals._telling)
            {
                signals._hearings = [.. signals._hearings.Where(other => other != this)];
            }

            return ValueTask.CompletedTask;
        }
    }
}
