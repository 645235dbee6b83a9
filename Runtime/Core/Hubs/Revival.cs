namespace FuncExec.Runtime.Hubs;

/// <summary>A finished instance that goes on: its history is cut and mended, and what it waits for is stored again.</summary>
public sealed record Revival
{
    /// <summary>The hub's key of the instance.</summary>
    public required long InstanceKey { get; init; }

    /// <summary>The stored number of turns that this was made from.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>When the instance was last changed, as this was made: no other revival has come between.</summary>
    public required DateTimeOffset ExpectedUpdatedAt { get; init; }

    /// <summary>How many turns are kept, 1 or more; the others are deleted.</summary>
    public required long Version { get; init; }

    /// <summary>The kept turns that are replaced, by number.</summary>
    public IReadOnlyDictionary<long, ReadOnlyMemory<byte>> ChangedTurns { get; init; } = new Dictionary<long, ReadOnlyMemory<byte>>();

    /// <summary>The status afterwards, one that is not finished. Output and failure are removed; the generation stays.</summary>
    public required InstanceStatus Status { get; init; }

    /// <summary>When it was revived.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Its timers. <see cref="TimerKey.InstanceKey"/> is the instance's.</summary>
    public IReadOnlyList<TimerKey> Timers { get; init; } = [];

    /// <summary>The activities that it waits for; nobody holds them.</summary>
    public IReadOnlyList<NewActivity> Activities { get; init; } = [];

    /// <summary>Messages to it, in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Messages { get; init; } = [];
}

/// <summary>The outcome of reviving an instance.</summary>
public enum ReviveOutcome
{
    /// <summary>It goes on.</summary>
    Revived = 1,

    /// <summary>It is gone, has not finished, or has changed since; nothing was changed.</summary>
    Changed = 2,
}
