using FuncExec.ExecutorPlugins.Processes;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Files.Attempts;
using FuncExec.WorkerFunctions.Files.Workspaces;
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
/// renewed every quarter of the lease. A node that could not renew for three quarters of it ends what it runs by itself.
/// </summary>
public sealed partial class NodeHeart(
    IServiceProvider services, IJobLedger ledger, IBlobStore blobs, NodeLife first, RunningTasks running, OwedClaims owed, TaskMetrics metrics, IOptions<AppOptions> options, TimeProvider time, ILogger<NodeHeart> logger)
    : IHostedLifecycleService, IDisposable
{
    private readonly TaskCompletionSource _born = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasBegun;
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _lease = options.Value.Lease;
    private Task _beating = Task.CompletedTask;
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
    internal bool IsSureOfItsLife => time.GetElapsedTime(Interlocked.Read(ref _renewed)) <= _lease * 0.75;

    /// <summary>Waits until the stores are open, nothing of an earlier life is left, and this node may claim.</summary>
    public Task WaitUntilBornAsync(CancellationToken cancellationToken) => _born.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await ledger.OpenAsync(cancellationToken);
        await blobs.OpenAsync(cancellationToken);
        await BeginAsync(first, cancellationToken);
        _hasBegun = true;
        _beating = Task.WhenAll(BeatAsync(_stop.Token), BearAsync(_stop.Token));
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
        long asked = time.GetTimestamp();
        await ledger.BeginNodeAsync(life, _lease, cancellationToken);
        Volatile.Write(ref _id, life.Id);
        Interlocked.Exchange(ref _renewed, asked);
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
        using PeriodicTimer timer = new(_lease / 4, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await RenewAsync(cancellationToken);
                await SettleAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The node stops.
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
        long asked = time.GetTimestamp();
        using CancellationTokenSource patience = new(Left(), time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            if (await ledger.RenewNodeAsync(Id, limit.Token))
            {
                Interlocked.Exchange(ref _renewed, asked);
                return;
            }

            metrics.LifeLost();
            Died(logger);
            running.CancelAll();
            await BeginAsync(first with { Id = Guid.NewGuid().ToString("N") }, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested) // A heart that stops for good ends the node unseen.
        {
            NotRenewed(logger, exception);
            if (!IsSureOfItsLife)
            {
                running.CancelAll();
            }
        }
    }

    /// <summary>How long a renewal may take until this life is not sure any more; when that is over, as long as from one to the next.</summary>
    private TimeSpan Left()
    {
        TimeSpan left = (_lease * 0.75) - time.GetElapsedTime(Interlocked.Read(ref _renewed));
        return left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : _lease / 4;
    }
}
