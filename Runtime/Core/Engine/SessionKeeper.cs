using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// Keeps the node's session alive. A node that cannot renew it by the lease time less a margin acts as if it were lost:
/// it ends what it runs, opens a new session and reads back from the hub what is true.
/// </summary>
internal sealed class SessionKeeper(EngineNode node) : IDisposable
{
    /// <summary>How often it looks at the clock at least: a machine that slept has timers that did.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private HubSession? _session;
    private TimeSpan _renewedAt;
    private Task _loop = Task.CompletedTask;

    /// <summary>The present session's id.</summary>
    public long Id => Session.Id;

    /// <summary>False while the node has no session that it may rely on.</summary>
    public bool IsAlive { get; private set; }

    public HubSession Session => Volatile.Read(ref _session) ?? throw new InvalidOperationException("The engine has not started.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (node.Options.EarlierSession is { } earlier)
        {
            await node.Hub.CloseSessionAsync(earlier, cancellationToken).ConfigureAwait(false);
        }

        await OpenAsync(cancellationToken).ConfigureAwait(false);
        _loop = Task.Run(KeepAsync, CancellationToken.None);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        IsAlive = false;
        if (_session is { } session)
        {
            try
            {
                await node.Hub.CloseSessionAsync(session.Id, CancellationToken.None).ConfigureAwait(false);
            }
            catch (HubUnavailableException exception)
            {
                node.Log.HubUnavailable("session", exception.Message); // The leases end by themselves.
            }
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        TimeSpan asked = BootClock.Now;
        HubSession session = await node.Hub
            .OpenSessionAsync(node.Options.Node, node.Options.LeaseTime, cancellationToken).ConfigureAwait(false);
        _renewedAt = asked;
        Volatile.Write(ref _session, session);
        node.Options.SessionOpened?.Invoke(session.Id);
        IsAlive = true;
    }

    private async Task KeepAsync()
    {
        TimeSpan period = node.Options.LeaseTime / 4;
        using var timer = new PeriodicTimer(period / 4 < LongestLook ? period / 4 : LongestLook);
        TimeSpan asked = BootClock.Now;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                if (BootClock.Now - asked >= period)
                {
                    asked = BootClock.Now;
                    await KeepOnceAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the loop.
        }
    }

    private async Task KeepOnceAsync()
    {
        try
        {
            if (!await TryRenewAsync().ConfigureAwait(false))
            {
                await BeginAnewAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException) // A defect must not end the heartbeat.
        {
            node.Log.LoopFailed("session", exception);
        }
    }

    /// <summary>False when the session is lost, or must be taken to be.</summary>
    private async Task<bool> TryRenewAsync()
    {
        if (!IsAlive)
        {
            return false;
        }

        TimeSpan asked = BootClock.Now;
        TimeSpan margin = node.Options.LeaseTime / 4;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        TimeSpan left = _renewedAt + node.Options.LeaseTime - margin - asked;
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        limit.CancelAfter(left);
        try
        {
            if (!await node.Hub.RenewSessionAsync(Id, limit.Token).ConfigureAwait(false))
            {
                return false;
            }

            _renewedAt = asked;
            node.Loads.Changed(); // Those who heard of it long ago forget it.
            return true;
        }
        catch (HubUnavailableException exception)
        {
            node.Log.HubUnavailable("session", exception.Message);
            return BootClock.Now < _renewedAt + node.Options.LeaseTime - margin;
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task BeginAnewAsync()
    {
        if (IsAlive)
        {
            IsAlive = false;
            node.Counters.SessionLost();
            node.Log.SessionLost(Id);
            node.Activities.LeasesLost();
            node.Timers.Stop();
            node.Instances.ForgetAll();
        }

        try
        {
            // What the old session still holds must be free for the new one.
            await node.Hub.CloseSessionAsync(Id, _stop.Token).ConfigureAwait(false);
            await OpenAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (HubUnavailableException exception)
        {
            node.Log.HubUnavailable("session", exception.Message); // The next tick tries again.
            return;
        }

        node.Timers.Restart();
        node.Recovery.Request();
        node.Activities.MoreAvailable();
    }
}
