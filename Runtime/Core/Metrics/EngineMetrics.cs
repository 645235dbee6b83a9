using System.Diagnostics;
using System.Diagnostics.Metrics;
using FuncExec.Runtime.Engine;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Metrics;

/// <summary>
/// An engine's instruments. What it counts anyway is read when somebody asks; only durations are recorded as they come, and
/// nothing is while nobody listens.
/// </summary>
internal sealed class EngineMetrics : IDisposable
{
    /// <summary>The meter that exporters listen to.</summary>
    public const string MeterName = "FuncExec.Runtime";

    private static readonly double[] Durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];

    private readonly EngineNode _node;
    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _activityDuration;
    private readonly HashSet<string> _labelSets = new(StringComparer.Ordinal);
    private readonly BacklogWatch? _backlog;

    public EngineMetrics(EngineNode node)
    {
        _node = node;
        _activityDuration = _meter.CreateHistogram(
            "funcexec.runtime.activity.duration", "s", "How long activities ran.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Durations });
        _meter.CreateObservableUpDownCounter("funcexec.runtime.queue.length", QueueLengths, "{activity}", "Activities that this node holds and that wait for a free place.");
        _meter.CreateObservableGauge("funcexec.runtime.queue.age", QueueAges, "s", "How long the oldest of them has waited here.");
        if (node.Hub is IHubBacklog backlog)
        {
            _backlog = new BacklogWatch(backlog, node.Time, node.Log);
            _meter.CreateObservableUpDownCounter("funcexec.runtime.hub.queue.length", HubQueueLengths, "{activity}", "Activities that wait in the hub and that no node holds, the same on every node.");
            _meter.CreateObservableGauge("funcexec.runtime.hub.queue.age", HubQueueAges, "s", "How long the oldest of them has waited.");
        }

        _meter.CreateObservableUpDownCounter("funcexec.runtime.activities.running", () => _node.Activities?.Running ?? 0, "{activity}", "Activities that run.");
        _meter.CreateObservableCounter("funcexec.runtime.turns", () => _node.Counters.Turns, "{turn}", "Turns committed.");
        _meter.CreateObservableCounter("funcexec.runtime.replays", Replays, "{replay}", "Histories run again: to rebuild an instance, or to compare.");
        _meter.CreateObservableCounter("funcexec.runtime.replay.differences", () => _node.Counters.ShadowDifferences, "{difference}", "Comparisons that found orchestrator code to decide differently.");
        _meter.CreateObservableCounter("funcexec.runtime.leases.lost", LeasesLost, "{lease}", "Leases that turned out to be old.");
        _meter.CreateObservableUpDownCounter("funcexec.runtime.cache.instances", Instances, "{instance}", "Instances in memory.");
        _meter.CreateObservableCounter("funcexec.runtime.cache.hits", () => _node.Counters.CacheHits, "{turn}", "Turns that found their instance live.");
        _meter.CreateObservableCounter("funcexec.runtime.cache.misses", () => _node.Counters.Rebuilds, "{turn}", "Turns that had to rebuild it.");
        _meter.CreateObservableCounter("funcexec.runtime.cache.evictions", () => _node.Counters.CacheEvictions, "{instance}", "Idle instances dropped to keep the bound.");
        _meter.CreateObservableUpDownCounter("funcexec.runtime.timers", () => _node.Timers?.Held ?? 0, "{timer}", "Timers in memory.");
    }

    /// <summary>When an activity begins; 0 while nobody wants to know.</summary>
    public long BeginActivity() => _activityDuration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>An activity that began so has ended.</summary>
    public void EndActivity(long begun, string name, bool hasFailed)
    {
        if (begun != 0)
        {
            _activityDuration.Record(
                Stopwatch.GetElapsedTime(begun).TotalSeconds,
                new KeyValuePair<string, object?>("activity", QueueKey.NameOf(name, _node.Registry)),
                new KeyValuePair<string, object?>("outcome", hasFailed ? "failed" : "completed"));
        }
    }

    /// <summary>From now on, until the stop, the hub's backlog is read while somebody looks at it. The hub is open.</summary>
    public void Start() => _backlog?.Start();

    /// <summary>Reads nothing of the hub any more.</summary>
    public Task StopAsync() => _backlog?.StopAsync() ?? Task.CompletedTask;

    public void Dispose()
    {
        _meter.Dispose();
        _backlog?.Dispose();
    }

    private IEnumerable<Measurement<long>> QueueLengths() =>
        Waiting().CountBy(static waiting => waiting.Key).Select(static queue => new Measurement<long>(queue.Value, Tags(queue.Key)));

    private IEnumerable<Measurement<double>> QueueAges() => Waiting()
        .AggregateBy(static waiting => waiting.Key, long.MaxValue, static (oldest, waiting) => Math.Min(oldest, waiting.At))
        .Select(static queue => new Measurement<double>(Stopwatch.GetElapsedTime(queue.Value).TotalSeconds, Tags(queue.Key)));

    private List<(QueueKey Key, long At)> Waiting()
    {
        List<(QueueKey Key, long At)> waiting = [];
        lock (_labelSets)
        {
            foreach ((LeasedActivity activity, long at) in _node.Activities?.Waiting ?? [])
            {
                waiting.Add((QueueKey.Of(activity.Activity, _node.Registry, _labelSets), at));
            }
        }

        return waiting;
    }

    private IEnumerable<Measurement<long>> HubQueueLengths() => Backlog()
        .AggregateBy(static waiting => waiting.Key, 0L, static (count, waiting) => count + waiting.Waiting.Count)
        .Select(static queue => new Measurement<long>(queue.Value, Tags(queue.Key)));

    private IEnumerable<Measurement<double>> HubQueueAges()
    {
        DateTimeOffset now = _node.Now;
        return Backlog()
            .AggregateBy(static waiting => waiting.Key, DateTimeOffset.MaxValue, static (oldest, waiting) => oldest < waiting.Waiting.Oldest ? oldest : waiting.Waiting.Oldest)
            .Select(queue => new Measurement<double>(Math.Max(0, (now - queue.Value).TotalSeconds), Tags(queue.Key)));
    }

    private List<(QueueKey Key, WaitingActivities Waiting)> Backlog()
    {
        IReadOnlyList<WaitingActivities> latest = _backlog!.Latest;
        lock (_labelSets)
        {
            return [.. latest.Select(waiting => (QueueKey.Of(waiting, _node.Registry, _labelSets), waiting))];
        }
    }

    private IEnumerable<Measurement<long>> Replays() =>
    [
        new(_node.Counters.Rebuilds, new KeyValuePair<string, object?>("kind", "rebuild")),
        new(_node.Counters.ShadowReplays, new KeyValuePair<string, object?>("kind", "shadow")),
    ];

    private IEnumerable<Measurement<long>> LeasesLost() =>
    [
        new(_node.Counters.LeasesLost, new KeyValuePair<string, object?>("lease", "instance")),
        new(_node.Counters.SessionsLost, new KeyValuePair<string, object?>("lease", "session")),
    ];

    private IEnumerable<Measurement<int>> Instances()
    {
        int idle = _node.Instances.IdleCount;
        return
        [
            new(idle, new KeyValuePair<string, object?>("state", "idle")),
            new(Math.Max(0, _node.Instances.Count - idle), new KeyValuePair<string, object?>("state", "busy")),
        ];
    }

    private static KeyValuePair<string, object?>[] Tags(QueueKey key) =>
        [new("activity", key.Activity), new("labels", key.Labels), new("priority", key.Priority)];
}
