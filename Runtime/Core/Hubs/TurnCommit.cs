namespace FuncExec.Runtime.Hubs;

/// <summary>All that one turn changes, committed together or not at all.</summary>
public sealed record TurnCommit
{
    /// <summary>The lease under which the turn ran.</summary>
    public required InstanceLease Lease { get; init; }

    /// <summary>The session that holds the lease.</summary>
    public required long Session { get; init; }

    /// <summary>The stored number of turns that the live state was built from.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>The generation that ran.</summary>
    public required Guid Generation { get; init; }

    /// <summary>The turn, encoded: appended to the history.</summary>
    public required ReadOnlyMemory<byte> Turn { get; init; }

    /// <summary>
    /// The turn replaces the history instead: an entity's is one snapshot. The version grows all the same.
    /// </summary>
    public bool ReplacesHistory { get; init; }

    /// <summary>The status afterwards. A finished instance loses its timers and its unread messages.</summary>
    public required InstanceStatus Status { get; init; }

    /// <summary>When the turn was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The custom status afterwards, or null.</summary>
    public string? CustomStatus { get; init; }

    /// <summary>The output, when the turn finished the instance.</summary>
    public string? Output { get; init; }

    /// <summary>The encoded failure, when the turn failed the instance.</summary>
    public string? Failure { get; init; }

    /// <summary>Inbox messages that the turn consumed (or dropped).</summary>
    public IReadOnlyList<long> ConsumedMessages { get; init; } = [];

    /// <summary>Activities of this session whose completion the turn consumed (or dropped) straight from memory.</summary>
    public IReadOnlyList<ActivityLease> CompletedActivities { get; init; } = [];

    /// <summary>Timers that fired in this turn or were cancelled by it.</summary>
    public IReadOnlyList<TimerKey> RemovedTimers { get; init; } = [];

    /// <summary>Timers that the turn created. <see cref="TimerKey.InstanceKey"/> is the lease's.</summary>
    public IReadOnlyList<TimerKey> NewTimers { get; init; } = [];

    /// <summary>Activities that the turn scheduled; they belong to <see cref="Generation"/>, also when the turn continued as new.</summary>
    public IReadOnlyList<NewActivity> NewActivities { get; init; } = [];

    /// <summary>
    /// How many of <see cref="NewActivities"/>, from the first on, to lease to <see cref="Session"/> in the same commit. The node
    /// sees to it that it has the labels they ask for.
    /// </summary>
    public int LeaseActivities { get; init; }

    /// <summary>Messages to other instances: events sent, and the completion to the parent.</summary>
    public IReadOnlyList<OutgoingMessage> Messages { get; init; } = [];

    /// <summary>Child orchestrations to create, leased to <see cref="Session"/> when <see cref="LeaseChildren"/>.</summary>
    public IReadOnlyList<NewInstance> Children { get; init; } = [];

    /// <summary>Whether to lease the created children to <see cref="Session"/>.</summary>
    public bool LeaseChildren { get; init; }

    /// <summary>
    /// Set when the turn continued as new: the history and the timers of the old generation are removed instead of
    /// appended to, and the new generation begins with one turn. Unread messages of no particular generation stay.
    /// </summary>
    public NextGeneration? Next { get; init; }
}

/// <summary>The generation that follows a <c>ContinueAsNew</c>.</summary>
/// <param name="Generation">Its id.</param>
/// <param name="FirstTurn">Its turn 0, encoded.</param>
public sealed record NextGeneration(Guid Generation, ReadOnlyMemory<byte> FirstTurn);
