using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>Notices that some session of the hub has ended, by itself or because its node died, and has what it held taken over.</summary>
internal sealed class SessionWatch(EngineNode node) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        long seen = await node.Hub.ReadLastSessionEndAsync(cancellationToken).ConfigureAwait(false);
        _loop = Task.Run(() => WatchAsync(seen), CancellationToken.None);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    public void Dispose() => _stop.Dispose();

    private async Task WatchAsync(long seen)
    {
        bool failed = false;
        using var timer = new PeriodicTimer(node.Options.SessionCheckInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    long last = await node.Hub.ReadLastSessionEndAsync(_stop.Token).ConfigureAwait(false);
                    failed = false;
                    if (last != seen)
                    {
                        seen = last;
                        node.Recovery.TakeOver();
                    }
                }
                catch (HubUnavailableException exception)
                {
                    if (!failed)
                    {
                        node.Log.HubUnavailable("sessions", exception.Message); // Once: it is asked every second.
                    }

                    failed = true;
                }
                catch (Exception exception) when (exception is not OperationCanceledException) // A defect must not end the watch.
                {
                    node.Log.LoopFailed("sessions", exception);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the loop.
        }
    }
}
