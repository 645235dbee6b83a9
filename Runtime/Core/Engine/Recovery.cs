using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>
/// Finds work that nobody handed over: at start, after a call whose outcome is unknown, when a session has ended, and by a slow
/// poll beneath the signals.
/// </summary>
internal sealed class Recovery(EngineNode node) : IDisposable
{
    private const int PageSize = 500;

    /// <summary>How many instances may wait for a turn before more are called up.</summary>
    private const int MaxBacklog = 5_000;

    /// <summary>Between two searches: requests come in bursts.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _requested = new(0, 1);
    private Task _loop = Task.CompletedTask;
    private volatile bool _afterUnknown;
    private volatile bool _afterEnd;

    public void Start()
    {
        Nudge(); // A new session holds nothing yet.
        _loop = Task.Run(LoopAsync, CancellationToken.None);
    }

    /// <summary>Asks for a search after a call whose outcome is unknown: what is at work here is looked at too.</summary>
    public void Request()
    {
        _afterUnknown = true;
        Nudge();
    }

    /// <summary>Asks for a search after a session has ended: its instances, timers and activities are free.</summary>
    public void TakeOver()
    {
        _afterEnd = true;
        node.Left.ForgetAll(); // Whoever ended may have had what this node left, and may have brought it further.
        Nudge();
    }

    /// <summary>Asks for a search for what nobody holds; several requests before it begins are one.</summary>
    public void Nudge()
    {
        try
        {
            _requested.Release();
        }
        catch (SemaphoreFullException)
        {
            // One is asked for already.
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _requested.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await _requested.WaitAsync(node.Options.SafetyPollInterval, _stop.Token).ConfigureAwait(false);
                bool afterUnknown = _afterUnknown;
                bool afterEnd = _afterEnd;
                _afterUnknown = _afterEnd = false;
                try
                {
                    await SearchAsync(afterUnknown, afterUnknown || afterEnd).ConfigureAwait(false);
                }
                catch (HubUnavailableException exception)
                {
                    node.Log.HubUnavailable("recovery", exception.Message);
                    Request(); // With the timers, which may have been meant.
                }
                catch (Exception exception) when (exception is not OperationCanceledException) // A defect must not end the poll.
                {
                    node.Log.LoopFailed("recovery", exception);
                }

                await Task.Delay(Pause, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the loop.
        }
    }

    private async Task SearchAsync(bool afterUnknown, bool withTimers)
    {
        if (!node.Session.IsAlive)
        {
            return; // The keeper asks again when it has a session.
        }

        node.Activities.MoreAvailable();
        if (withTimers)
        {
            node.Timers.ReadAgain();
        }

        if (node.TakesInstances || (afterUnknown && node.Options.RunsOrchestrations))
        {
            await WakeInstancesAsync(afterUnknown).ConfigureAwait(false);
        }

        if (afterUnknown)
        {
            await AdoptActivitiesAsync().ConfigureAwait(false);
        }
    }

    private async Task WakeInstancesAsync(bool alsoBusy)
    {
        for (long? after = 0; after is not null;)
        {
            ReadyPage page = await node.Hub.ReadReadyInstancesAsync(
                new ReadyRequest(node.Session.Id, after.Value, PageSize), _stop.Token).ConfigureAwait(false);
            // What a lost answer granted is to be given back, if it is not for this node: it is asked for all the same.
            foreach (ReadyInstance instance in page.Instances.Where(instance => alsoBusy || node.Left.Takes(instance)))
            {
                // A busy instance will see what was handed to it; after an unknown outcome something may not have been.
                if (alsoBusy || !node.Instances.IsBusy(instance.Id))
                {
                    node.Instances.Deliver(instance.Id, Incoming.Wake);
                }
            }

            after = page.NextAfterKey;
            while (node.Instances.Turns.Backlog > MaxBacklog)
            {
                await Task.Delay(20, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Activities that a commit leased to this node, whose answer never came.</summary>
    private async Task AdoptActivitiesAsync()
    {
        long after = 0;
        IReadOnlyList<LeasedActivity> held;
        do
        {
            held = await node.Hub.ReadHeldActivitiesAsync(node.Session.Id, after, PageSize, _stop.Token).ConfigureAwait(false);
            node.Activities.Adopt(held);
            after = held.Count == 0 ? after : held[^1].Lease.Sequence;
        }
        while (held.Count == PageSize);
    }
}
