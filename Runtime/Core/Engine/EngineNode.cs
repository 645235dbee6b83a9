using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Metrics;
using FuncExec.Runtime.Orchestrations;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Engine;

/// <summary>What the parts of one node share.</summary>
internal sealed class EngineNode
{
    public required IHub Hub { get; init; }

    public required TaskRegistry Registry { get; init; }

    public required EngineOptions Options { get; init; }

    public required ExecutionSettings Execution { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }

    public EngineCounters Counters { get; } = new();

    /// <summary>Which versions this node runs.</summary>
    public required VersionMatch Versions { get; init; }

    /// <summary>Places for batches of entities' operations.</summary>
    public required SemaphoreSlim EntityPlaces { get; init; }

    public CompletionWaiters Waiters { get; } = new();

    // Set once by the engine, before anything runs: the parts call each other.
    public SessionKeeper Session { get; set; } = null!;

    public InstanceDirectory Instances { get; set; } = null!;

    public LeftToOthers Left { get; set; } = null!;

    public ActivityDispatcher Activities { get; set; } = null!;

    public NodeLoads Loads { get; set; } = null!;

    public TimerService Timers { get; set; } = null!;

    public Recovery Recovery { get; set; } = null!;

    public SessionWatch Sessions { get; set; } = null!;

    public ShadowBudget ShadowBudget { get; set; } = null!;

    public EngineMetrics Metrics { get; set; } = null!;

    public TurnWatch TurnWatch { get; set; } = null!;

    /// <summary>True once the node has stopped: what is still under way ends without another try.</summary>
    public bool IsStopped { get; set; }

    /// <summary>True once the node is to stop: what it holds goes on until its activities have ended.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Whether it takes instances that nobody holds. By itself it does so to its end: what its activities wait for may be among them.</summary>
    public bool TakesInstances => Options.RunsOrchestrations && !Options.Draining.IsCancellationRequested && !(IsStopping && !Session.Session.SingleNode);

    public DateTimeOffset Now => Time.GetUtcNow();
}
