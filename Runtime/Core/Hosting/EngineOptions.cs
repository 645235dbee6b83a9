using FuncExec.Runtime.Hubs;
using Microsoft.DurableTask.Worker;

namespace FuncExec.Runtime.Hosting;

/// <summary>The engine's settings. Ranges are checked at start.</summary>
public sealed class EngineOptions
{
    private LabelSet _labels = LabelSet.Empty;

    /// <summary>The node's name. Default: the host's.</summary>
    public string Node { get; set; } = Environment.MachineName;

    /// <summary>
    /// The node's labels: activities that ask for others are left to other nodes. May be set while the node runs; what it holds
    /// already it runs. Default: none.
    /// </summary>
    public LabelSet Labels
    {
        get => Volatile.Read(ref _labels);
        set
        {
            Volatile.Write(ref _labels, value);
            LabelsChanged?.Invoke();
        }
    }

    /// <summary>The labels were set.</summary>
    internal event Action? LabelsChanged;

    /// <summary>
    /// A session that an earlier life of this node opened on the same hub: what it still holds is free at once. Who says so knows that
    /// nobody uses it any more. Default: none.
    /// </summary>
    public long? EarlierSession { get; set; }

    /// <summary>Called with the id of every session that the node opens. Default: nothing is called.</summary>
    public Action<long>? SessionOpened { get; set; }

    /// <summary>
    /// Whether the node runs turns of orchestrations and entities, and fires their timers. Without it it runs activities alone, and
    /// leaves what its client starts or sends to the other nodes of the hub. Default true.
    /// </summary>
    public bool RunsOrchestrations { get; set; } = true;

    /// <summary>
    /// Cancelled when the node is to take nothing new: no activity is leased to it any more and no instance, while the turns of what it
    /// holds go on. Default: never.
    /// </summary>
    public CancellationToken Draining { get; set; }

    /// <summary>Activities that are left to other nodes, by name (case-insensitive). Default: none.</summary>
    public ISet<string> ExcludedActivities { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Activities without a limit of their own that run at once on this node, 1 to 100,000. Default: 10 × processors, as the official host's.</summary>
    public int MaxConcurrentActivities { get; set; } = 10 * Environment.ProcessorCount;

    /// <summary>
    /// Activities that have a limit of their own instead of sharing <see cref="MaxConcurrentActivities"/>, by name
    /// (case-insensitive): how many of it run at once on this node, 1 to 100,000. Each has a queue and
    /// <see cref="ActivityPrefetch"/> places of its own, so that long ones never stand before short ones. May differ from
    /// start to start and from node to node. Default: none.
    /// </summary>
    public IDictionary<string, int> ActivityLimits { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Which of the nodes that share a hub and have room for it takes an activity of <see cref="ActivityLimits"/>. Default: the least loaded.
    /// </summary>
    public ActivityPlacement Placement { get; set; } = ActivityPlacement.LeastLoaded;

    /// <summary>Turns that run at once on this node, 1 to 10,000. Default: 10 × processors, as the official host's.</summary>
    public int MaxConcurrentTurns { get; set; } = 10 * Environment.ProcessorCount;

    /// <summary>Entities whose operations run at once on this node, 1 to 100,000. Default: 10 × processors, as the official host's.</summary>
    public int MaxConcurrentEntities { get; set; } = 10 * Environment.ProcessorCount;

    /// <summary>The most operations of an entity that are stored together, 1 to 100,000. Default 5,000, as the official host's.</summary>
    public int MaxEntityBatch { get; set; } = 5_000;

    /// <summary>Instances kept live between turns, 0 to 1,000,000. Past it the one idle longest is rebuilt from history when next needed. Default 20,000.</summary>
    public int MaxLiveInstances { get; set; } = 20_000;

    /// <summary>Activities of each queue taken ahead of a free place, held in memory, 1 to 1,000,000. Default 16,384.</summary>
    public int ActivityPrefetch { get; set; } = 16_384;

    /// <summary>The largest serialized input, output, event or custom status, in UTF-16 characters, 1 Ki to 64 Mi. Default 4 Mi.</summary>
    public int MaxPayloadLength { get; set; } = 4 * 1024 * 1024;

    /// <summary>The longest history of one generation, in events, 100 to 100,000,000; past it the instance fails and says so. Default 1,000,000.</summary>
    public int MaxHistoryEvents { get; set; } = 1_000_000;

    /// <summary>The longest time one turn may take, 100 ms to 1 h; past it the instance fails. Default 30 s.</summary>
    public TimeSpan TurnTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the node's leases live without a heartbeat, 2 s to 10 min. Default 15 s.</summary>
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a stopping node waits for running activities before it cancels their tokens, 0 to 1 day. Default 5 s: with up to
    /// 2 s each for what was cancelled and for turns that run, the stop is over before supervisors that kill after 10 s do.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Replay one turn in this many from scratch and compare, 0 to 1,000,000; 1 is every turn, 0 is never. Above 1 long
    /// histories are replayed more seldom, so that the cost stays linear. Default 1,000.
    /// </summary>
    public int ShadowReplayEvery { get; set; } = 1_000;

    /// <summary>
    /// What a difference found by shadow replay does: false (the default) logs and counts it and goes on from the live
    /// state; true fails the instance, for tests.
    /// </summary>
    public bool FailOnShadowDifference { get; set; }

    /// <summary>The version given to orchestrations started without one. Default: none.</summary>
    public string DefaultVersion { get; set; } = "";

    /// <summary>Which versions of orchestrations the node runs, and what becomes of the others; null runs all. Default: null.</summary>
    public DurableTaskWorkerOptions.VersioningOptions? Versioning { get; set; }

    /// <summary>
    /// What <see cref="Microsoft.DurableTask.TaskOrchestrationContext.Properties"/> shows to orchestrators. They may differ from
    /// start to start: code must decide nothing by them but times and inputs. Default: none.
    /// </summary>
    public IDictionary<string, object?> OrchestrationProperties { get; } = new Dictionary<string, object?>();

    /// <summary>How often a node looks for work that nobody handed over, beneath the signals. Tests switch it off.</summary>
    internal TimeSpan SafetyPollInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a node leaves to another one what it is that one's turn to take.</summary>
    internal TimeSpan PlacementPatience { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a node asks whether a session of the hub has ended.</summary>
    internal TimeSpan SessionCheckInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range; the message names it and what is allowed.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Node);
        ArgumentNullException.ThrowIfNull(Labels);
        Check(nameof(MaxConcurrentActivities), MaxConcurrentActivities, 1, 100_000);
        foreach ((string activity, int limit) in ActivityLimits)
        {
            Check($"{nameof(ActivityLimits)}[{activity}]", limit, 1, 100_000);
        }

        Check(nameof(MaxConcurrentTurns), MaxConcurrentTurns, 1, 10_000);
        Check(nameof(MaxConcurrentEntities), MaxConcurrentEntities, 1, 100_000);
        Check(nameof(MaxEntityBatch), MaxEntityBatch, 1, 100_000);
        Check(nameof(MaxLiveInstances), MaxLiveInstances, 0, 1_000_000);
        Check(nameof(ActivityPrefetch), ActivityPrefetch, 1, 1_000_000);
        Check(nameof(MaxPayloadLength), MaxPayloadLength, 1024, 64 * 1024 * 1024);
        Check(nameof(MaxHistoryEvents), MaxHistoryEvents, 100, 100_000_000);
        Check(nameof(TurnTimeout), TurnTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Check(nameof(LeaseTime), LeaseTime, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10));
        Check(nameof(DrainTimeout), DrainTimeout, TimeSpan.Zero, TimeSpan.FromDays(1));
        Check(nameof(ShadowReplayEvery), ShadowReplayEvery, 0, 1_000_000);
        if (!Enum.IsDefined(Placement))
        {
            throw new ArgumentOutOfRangeException(nameof(Placement), Placement, $"{nameof(Placement)} is a rule that there is not.");
        }

        if (Versioning is { } versioning && !(Enum.IsDefined(versioning.MatchStrategy) && Enum.IsDefined(versioning.FailureStrategy)))
        {
            throw new ArgumentOutOfRangeException(nameof(Versioning), versioning.MatchStrategy, $"{nameof(Versioning)} has a strategy that there is not.");
        }
    }

    private static void Check<T>(string name, T value, T smallest, T largest)
        where T : IComparable<T>
    {
        if (value.CompareTo(smallest) < 0 || value.CompareTo(largest) > 0)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {smallest} to {largest}.");
        }
    }
}
