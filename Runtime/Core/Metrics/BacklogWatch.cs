using System.Threading.Channels;
using FuncExec.Runtime.Engine;
using FuncExec.Runtime.Hubs;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Metrics;

/// <summary>
/// Keeps a count of what waits in the hub, for those who look at it. Looking waits for nothing: it answers the last count, and has the
/// next ones made, one each <see cref="Period"/>. They end when nobody has looked for <see cref="Patience"/> periods.
/// </summary>
internal sealed class BacklogWatch(IHubBacklog hub, TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>The least time between two counts.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>So many counts are made for one look: who looks every few minutes finds a count of just before.</summary>
    public const int Patience = 30;

    /// <summary>So many activities are gone over for a count.</summary>
    public const int Most = 20_000;

    private readonly Channel<bool> _looks = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private IReadOnlyList<WaitingActivities> _latest = [];
    private bool _failed;

    /// <summary>The last count; empty before the first one, where the last one failed, and where nobody has looked for long.</summary>
    public IReadOnlyList<WaitingActivities> Latest
    {
        get
        {
            _looks.Writer.TryWrite(true);
            return Volatile.Read(ref _latest);
        }
    }

    /// <summary>Begins to count for those who look.</summary>
    public void Start() => _loop = Task.Run(WatchAsync, CancellationToken.None);

    /// <summary>Counts nothing any more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    public void Dispose() => _stop.Dispose();

    private async Task WatchAsync()
    {
        try
        {
            await foreach (bool _ in _looks.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                for (int left = Patience; left > 0; left = _looks.Reader.TryRead(out bool _) ? Patience : left - 1)
                {
                    Volatile.Write(ref _latest, await CountAsync().ConfigureAwait(false));
                    await Task.Delay(Period, time, _stop.Token).ConfigureAwait(false);
                }

                Volatile.Write(ref _latest, []);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the loop.
        }
    }

    private async Task<IReadOnlyList<WaitingActivities>> CountAsync()
    {
        try
        {
            IReadOnlyList<WaitingActivities> waiting = await hub.CountWaitingAsync(Most, _stop.Token).ConfigureAwait(false);
            _failed = false;
            return waiting;
        }
        catch (HubUnavailableException exception)
        {
            if (!_failed)
            {
                log.HubUnavailable("backlog", exception.Message); // Once: it is asked again and again.
            }

            _failed = true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException) // A defect must not end the watch.
        {
            log.LoopFailed("backlog", exception);
        }

        return [];
    }
}
