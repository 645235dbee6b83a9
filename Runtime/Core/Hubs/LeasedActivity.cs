namespace FuncExec.Runtime.Hubs;

/// <summary>An activity that a turn schedules.</summary>
public sealed record NewActivity
{
    /// <summary>Its id within the generation.</summary>
    public required int TaskId { get; init; }

    /// <summary>The activity's name.</summary>
    public required string Name { get; init; }

    /// <summary>The input as serialized by the author's converter, or null.</summary>
    public string? Input { get; init; }

    /// <summary>The version asked for; empty when none.</summary>
    public string Version { get; init; } = "";

    /// <summary>Encoded tags, or null.</summary>
    public string? Tags { get; init; }

    /// <summary>How urgent it is, from <see cref="ActivityPriority.Lowest"/> to <see cref="ActivityPriority.Highest"/>.</summary>
    public int Priority { get; init; } = ActivityPriority.Default;

    /// <summary>Labels that the node which runs it must have, all of them. Empty: it runs anywhere.</summary>
    public LabelSet RunsOn { get; init; } = LabelSet.Empty;

    /// <summary>Whether the node that schedules it takes it where it has room. Matters to that node alone, and is not stored.</summary>
    public bool StaysWithInstance { get; init; }
}

/// <summary>An activity that a session holds.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="InstanceId">The instance it belongs to.</param>
/// <param name="InstanceKey">The hub's key of that instance.</param>
/// <param name="Generation">The generation that scheduled it.</param>
/// <param name="Activity">What to run.</param>
/// <param name="TimesLeased">How often it was leased, this time included: above 1, an earlier node was lost.</param>
public sealed record LeasedActivity(
    ActivityLease Lease, string InstanceId, long InstanceKey, Guid Generation, NewActivity Activity, int TimesLeased);
