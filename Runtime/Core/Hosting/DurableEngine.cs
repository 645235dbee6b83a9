using System.Text.Json;
using FuncExec.Runtime.Engine;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Metrics;
using FuncExec.Runtime.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Hosting;

/// <summary>
/// One node of the durable runtime: runs the registered orchestrators and activities over a hub. Owns the hub, which it
/// opens at start and disposes of at the end.
/// </summary>
public sealed class DurableEngine : IAsyncDisposable
{
    /// <summary>How long turns that run at a stop are waited for: one that is cut off is taken again from its history.</summary>
    private static readonly TimeSpan LongestQuiescence = TimeSpan.FromSeconds(2);

    private readonly EngineNode _node;
    private IAsyncDisposable? _hearing;
    private bool _started;

    /// <summary>Makes an engine; nothing runs yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public DurableEngine(
        IHub hub, TaskRegistry registry, EngineOptions options, DataConverter converter, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(hub);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(converter);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        options.Validate();
        _node = new EngineNode
        {
            Hub = hub,
            Registry = registry,
            Options = options,
            Execution = new ExecutionSettings(converter, loggers, options.MaxHistoryEvents, options.MaxPayloadLength, options.DefaultVersion)
            {
                Properties = new Dictionary<string, object?>(options.OrchestrationProperties),
            },
            Time = HubTime.Of(hub, time),
            Versions = new VersionMatch(options.Versioning),
            Log = loggers.CreateLogger("FuncExec.Runtime.Engine"),
            EntityPlaces = new SemaphoreSlim(options.MaxConcurrentEntities),
        };
        _node.Metrics = new EngineMetrics(_node);
        _node.Session = new SessionKeeper(_node);
        _node.Left = new LeftToOthers(_node);
        _node.Instances = new InstanceDirectory(_node);
        _node.Timers = new TimerService(_node);
        _node.Recovery = new Recovery(_node);
        _node.Sessions = new SessionWatch(_node);
        _node.ShadowBudget = new ShadowBudget(options.ShadowReplayEvery);
        Client = new EngineClient(_node, "default");
    }

    /// <summary>How many loads of other nodes are known here.</summary>
    internal int KnownLoads => _node.Loads.Count;

    /// <summary>The client of this process.</summary>
    public DurableTaskClient Client { get; }

    /// <summary>Whether this build has an entity of this name, in any case.</summary>
    internal bool HasEntity(string name) => _node.Registry.TryGetEntity(name, out _);

    /// <summary>True while the node runs and may take work.</summary>
    public bool IsReady => NotReadyReason is null;

    /// <summary>Why the node is not ready; null when it is.</summary>
    public string? NotReadyReason => this switch
    {
        { _started: false } => "The engine has not started, or has stopped.",
        { _node.Session.IsAlive: false } => "The node cannot renew its session on the hub.",
        { _node.TurnWatch.IsExhausted: true } => $"{_node.TurnWatch.Abandoned} threads are lost to orchestrator code that never yields; restart the node.",
        _ => null,
    };

    /// <summary>What the engine counts, as of now.</summary>
    public EngineStatistics Statistics => new(
        _node.Counters.Turns, _node.Counters.Rebuilds, _node.Counters.ShadowReplays, _node.Counters.ShadowDifferences,
        _node.Counters.LeasesLost, _node.Instances.Count, _node.Instances.IdleCount, _started ? _node.Activities.Running : 0, _node.Timers.Held);

    /// <summary>Opens the hub and begins to work. Work that was interrupted is found and goes on.</summary>
    /// <exception cref="HubStartException">The hub cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Group commits block a pool thread in a sync; the others must not wait for the pool to notice.
        ThreadPool.GetMinThreads(out int workers, out int io);
        ThreadPool.SetMinThreads(Math.Max(workers, (2 * Environment.ProcessorCount) + 2), io);
        await _node.Hub.OpenAsync(cancellationToken).ConfigureAwait(false);
        _node.Loads = new NodeLoads(_node, _node.Hub as IHubSignals);
        await _node.Session.StartAsync(cancellationToken).ConfigureAwait(false);
        _node.Activities = new ActivityDispatcher(_node, _node.Session.Session.SingleNode);
        _node.TurnWatch = new TurnWatch(_node);
        _node.Options.LabelsChanged += _node.Activities.MoreAvailable;
        _started = true;
        await UnknownOrchestrators.TellAsync(_node, cancellationToken).ConfigureAwait(false);
        _node.Timers.Restart();
        if (_node.Hub is IHubSignals signals)
        {
            _hearing = await signals.ListenAsync(new HubNews(_node), cancellationToken).ConfigureAwait(false);
        }

        _node.Loads.Changed();
        await _node.Sessions.StartAsync(cancellationToken).ConfigureAwait(false);
        _node.Recovery.Start();
        _node.Metrics.Start();
        foreach (string activity in _node.Options.ActivityLimits.Keys.Where(name => !_node.Registry.TryGetActivity(name, out ActivityRegistration? _)))
        {
            _node.Log.LimitOfUnknownActivity(activity, string.Join(", ", _node.Registry.Activities));
        }

        _node.Log.EngineStarted(_node.Options.Node, _node.Session.Id, _node.Hub.Description);
    }

    /// <summary>
    /// Takes nothing new, lets running activities end within <see cref="EngineOptions.DrainTimeout"/>, and gives back the leases. Until then
    /// the instances that it holds go on: their timers fire, and what others send to them is heard, for nobody else may run them.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_started)
        {
            return;
        }

        _started = false;
        _node.IsStopping = true;
        _node.Options.LabelsChanged -= _node.Activities.MoreAvailable;
        await _node.Activities.DrainAsync(_node.Options.DrainTimeout, cancellationToken).ConfigureAwait(false);
        _node.Timers.Stop();
        if (_hearing is not null)
        {
            await _hearing.DisposeAsync().ConfigureAwait(false);
        }

        await _node.Metrics.StopAsync().ConfigureAwait(false);
        await _node.Sessions.StopAsync().ConfigureAwait(false);
        await _node.Recovery.StopAsync().ConfigureAwait(false);
        TimeSpan patience = _node.Options.DrainTimeout < LongestQuiescence ? _node.Options.DrainTimeout : LongestQuiescence;
        await _node.Instances.QuiesceAsync(patience, cancellationToken).ConfigureAwait(false);
        _node.IsStopped = true;
        await _node.Session.StopAsync().ConfigureAwait(false);
        _node.TurnWatch.Dispose();
        _node.Log.EngineStopped();
    }

    /// <summary>The turns of an instance's present generation; empty when there is no such instance.</summary>
    /// <exception cref="JsonException">The history is of a later format.</exception>
    public async Task<IReadOnlyList<TurnRecord>> ReadHistoryAsync(string instanceId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        InstanceRecord? record = await _node.Hub.FindInstanceAsync(instanceId, cancellationToken).ConfigureAwait(false);
        if (record is null)
        {
            return [];
        }

        var turns = new List<TurnRecord>();
        IReadOnlyList<ReadOnlyMemory<byte>> page;
        do
        {
            page = await _node.Hub.ReadHistoryAsync(record.Key, turns.Count, 1_000, cancellationToken).ConfigureAwait(false);
            turns.AddRange(page.Select(encoded => HistoryFormat.DecodeTurn(encoded.Span)));
        }
        while (page.Count > 0);
        return turns;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _node.Metrics.Dispose();
        _node.Session.Dispose();
        _node.Timers.Dispose();
        _node.Recovery.Dispose();
        _node.Sessions.Dispose();
        _node.Activities?.Dispose();
        await _node.Hub.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>What an engine counts about itself.</summary>
/// <param name="Turns">Turns committed.</param>
/// <param name="Rebuilds">Instances rebuilt from their history.</param>
/// <param name="ShadowReplays">Turns replayed from scratch to compare.</param>
/// <param name="ShadowDifferences">Of those, how many differed.</param>
/// <param name="CommitsRefused">Commits that were refused for an old token or version.</param>
/// <param name="Instances">Instances in memory.</param>
/// <param name="IdleInstances">Of those, how many have nothing to do.</param>
/// <param name="ActivityWorkers">Activities that run.</param>
/// <param name="TimersHeld">Timers in memory.</param>
public sealed record EngineStatistics(
    long Turns, long Rebuilds, long ShadowReplays, long ShadowDifferences, long CommitsRefused,
    int Instances, int IdleInstances, int ActivityWorkers, int TimersHeld);
