using FuncExec.ExecutorPlugins.Processes;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Files.Attempts;
using FuncExec.WorkerFunctions.Files.Workspaces;
using FuncExec.WorkerFunctions.Housekeeping;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Tasks;
using FuncExec.WorkerFunctions.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Nodes;

/// <summary>
/// Opens the stores before anything else of the app starts, and keeps this node's life in the ledger: begun at start,
/// renewed every quarter of the lease. A node that could not renew for three quarters of it, frozen or cut off, ends what it runs by itself,
/// before it asks anybody.
/// </summary>
public sealed partial class NodeHeart(
    IServiceProvider services, IJobLedger ledger, IBlobStore blobs, NodeLife first, NodePlace place, RunningTasks running, StopWatcher stops, OwedClaims owed, TaskMetrics metrics, IOptions<AppOptions> options, TimeProvider time, ILogger<NodeHeart> logger)
    : IHostedLifecycleService, IDisposable
{
    /// <summary>How often it looks at the clock: a machine that slept has timers that did.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource _born = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasBegun;
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _lease = options.Value.Lease;
    private Task _beating = Task.CompletedTask;
    private readonly LeaseClock _clock = new(time);
    private long _renewed;
    private string _id = first.Id;

    /// <summary>The id of this life, new with every one.</summary>
    public string Id => Volatile.Read(ref _id);

    /// <summary>The node's name.</summary>
    public string Name => first.Name;

    /// <summary>
    /// Whether this life has been renewed lately enough that nobody may have taken over what it holds. A process that was frozen knows it by
    /// this before its next beat.
    /// </summary>
    internal bool IsSureOfItsLife => _clock.Now.Ticks - Interlocked.Read(ref _renewed) <= (_lease * 0.75).Ticks;

    /// <summary>Waits until the stores are open, nothing of an earlier life is left, and this node may claim.</summary>
    public Task WaitUntilBornAsync(CancellationToken cancellationToken) => _born.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await ledger.OpenAsync(cancellationToken);
        await blobs.OpenAsync(cancellationToken);
        await place.TakeAsync(ledger, cancellationToken);
        await BeginAsync(first, cancellationToken);
        await place.RefuseTwinAsync(ledger, first, cancellationToken);
        _hasBegun = true;
        _beating = Task.WhenAll(BeatAsync(_stop.Token), BearAsync(_stop.Token), stops.FollowAsync(_stop.Token));
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Last of all, when everything has been told to end: processes have their grace, and until what ran has given its claim
    /// back this node lives, else it would count as lost.
    /// </summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        bool isIdle = await WaitUntilIdleAsync(cancellationToken);
        await _stop.CancelAsync();
        await _beating;
        if (_hasBegun && isIdle)
        {
            await ledger.EndNodeAsync(Id, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task<bool> WaitUntilIdleAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.StopTimeout);
        try
        {
            await running.WhenIdleAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            NotIdle(logger, running.Count);
            return false; // Its lease ends by itself.
        }
    }

    private async Task BeginAsync(NodeLife life, CancellationToken cancellationToken)
    {
        TimeSpan asked = _clock.Now;
        await ledger.BeginNodeAsync(life, _lease, cancellationToken);
        place.Remember(life);
        Volatile.Write(ref _id, life.Id);
        Interlocked.Exchange(ref _renewed, asked.Ticks);
    }

    /// <summary>
    /// Processes that an earlier life has left may take their grace to end: the service answers meanwhile, and claims
    /// nothing. Only then are their directories taken away.
    /// </summary>
    private async Task BearAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (services.GetService<IProcessRunner>() is { } runner)
            {
                await runner.WhenReadyAsync(cancellationToken);
            }

            services.GetRequiredService<AttemptDirectories>();
            services.GetRequiredService<WorkspaceCache>();
            _born.SetResult();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _born.SetCanceled(cancellationToken);
        }
        catch (Exception exception) // Whoever waits for this node to be able to work is told why it cannot.
        {
            NotBorn(logger, exception);
            _born.SetException(exception);
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(_lease / 16 < s_look ? _lease / 16 : s_look, time);
        TimeSpan asked = _clock.Now;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                EndWhenOverdue();
                if (_clock.Now - asked >= _lease / 4)
                {
                    asked = _clock.Now;
                    await RenewAsync(cancellationToken);
                    await SettleAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private void EndWhenOverdue()
    {
        if (!IsSureOfItsLife)
        {
            running.CancelAll();
        }
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await owed.SettleAsync(cancellationToken);
        }
        catch (LedgerUnavailableException)
        {
            // At the next beat.
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        TimeSpan asked = _clock.Now;
        TimeSpan left = TimeSpan.FromTicks(Interlocked.Read(ref _renewed)) + (_lease * 0.75) - asked;
        using CancellationTokenSource limit = new(left > _lease / 4 ? left : _lease / 4, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (await ledger.RenewNodeAsync(Id, either.Token))
            {
                Interlocked.Exchange(ref _renewed, asked.Ticks);
                return;
            }

            metrics.LifeLost();
            Died(logger);
            running.CancelAll();
            await BeginAsync(first with { Id = Guid.NewGuid().ToString("N") }, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested) // A heart that stops for good ends the node unseen.
        {
            NotRenewed(logger, exception);
            EndWhenOverdue();
        }
    }
}
