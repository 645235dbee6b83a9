using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;

namespace FuncExec.Runtime.Engine;

/// <summary>An instance as this node runs it: always rebuildable from the hub, dropped whenever a commit is anything but committed.</summary>
internal abstract class LiveInstance
{
    public required InstanceLease Lease { get; init; }

    public required Guid Generation { get; set; }

    /// <summary>The stored number of turns this state was built from; 1 means that no turn has run yet.</summary>
    public required long Version { get; set; }

    /// <summary>Messages that came with the load: their hand-over in memory may still arrive and is then a repetition.</summary>
    public HashSet<long>? LoadedMessages { get; set; }

    /// <summary>True while there is something to do though nothing has come in.</summary>
    public virtual bool IsUnbegun => false;
}

/// <summary>A live orchestration.</summary>
internal sealed class LiveState : LiveInstance
{
    public required OrchestrationExecution Execution { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? CustomStatus { get; set; }

    /// <summary>The first turn of a generation needs no message, unless it is to begin later.</summary>
    public override bool IsUnbegun => Version == 1 && !Execution.IsDelayed;

    /// <summary>True until the code has been asked for the first time in this generation.</summary>
    public bool IsPending => Version == 1 || Execution.IsDelayed;
}
