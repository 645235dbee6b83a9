namespace FuncExec.Runtime.Hubs;

/// <summary>What a hub knows of one instance.</summary>
public sealed record InstanceRecord
{
    /// <summary>The hub's key; grows in the order of creation.</summary>
    public required long Key { get; init; }

    /// <summary>The instance's id.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The orchestrator's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its present generation.</summary>
    public required Guid Generation { get; init; }

    /// <summary>The number of turns stored for this generation, turn 0 included.</summary>
    public required long Version { get; init; }

    /// <summary>Its status.</summary>
    public required InstanceStatus Status { get; init; }

    /// <summary>When the id was created; <c>ContinueAsNew</c> keeps it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a turn was last committed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The custom status as serialized by the author's converter, or null.</summary>
    public string? CustomStatus { get; init; }

    /// <summary>The output as serialized by the author's converter, or null.</summary>
    public string? Output { get; init; }

    /// <summary>The encoded failure of a failed instance, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>Encoded tags, or null.</summary>
    public string? Tags { get; init; }
}

/// <summary>A leased instance with what was not yet consumed.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Record">The stored state.</param>
/// <param name="Messages">Its unread messages, in order.</param>
public sealed record LeasedInstance(InstanceLease Lease, InstanceRecord Record, IReadOnlyList<StoredMessage> Messages);

/// <summary>Which instances to list. Every filter that is null matches all.</summary>
public sealed record InstanceQuery
{
    /// <summary>Created at or after.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Created at or before.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>In one of these statuses.</summary>
    public IReadOnlyList<InstanceStatus>? Statuses { get; init; }

    /// <summary>Whose id begins with this, case-sensitive.</summary>
    public string? InstanceIdPrefix { get; init; }

    /// <summary>Whose id does not begin with this, case-sensitive.</summary>
    public string? InstanceIdPrefixNot { get; init; }

    /// <summary>Last changed at or after.</summary>
    public DateTimeOffset? UpdatedFrom { get; init; }

    /// <summary>Last changed at or before.</summary>
    public DateTimeOffset? UpdatedTo { get; init; }

    /// <summary>At most this many, 1 or more.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>Only instances whose key is larger; 0 begins at the first.</summary>
    public long AfterKey { get; init; }
}

/// <summary>One page of instances.</summary>
/// <param name="Items">The instances.</param>
/// <param name="NextAfterKey">The cursor of the next page, or null at the end.</param>
public sealed record InstancePage(IReadOnlyList<InstanceRecord> Items, long? NextAfterKey);

/// <summary>Which instances with something to do to list.</summary>
/// <param name="Session">The asking session.</param>
/// <param name="AfterKey">Only instances whose key is larger; 0 begins at the first.</param>
/// <param name="Max">At most this many.</param>
/// <param name="Partitions">Only instances of these partitions (<see cref="Partition.Of"/>); null for all.</param>
public sealed record ReadyRequest(long Session, long AfterKey, int Max, IReadOnlyList<int>? Partitions = null);

/// <summary>An instance with something to do.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What it is of: the name of its orchestrator or entity.</param>
public sealed record ReadyInstance(string Id, string Name);

/// <summary>Instances with something to do.</summary>
/// <param name="Instances">Which.</param>
/// <param name="NextAfterKey">The cursor of the next page, or null at the end.</param>
public sealed record ReadyPage(IReadOnlyList<ReadyInstance> Instances, long? NextAfterKey)
{
    /// <summary>Their ids.</summary>
    public IReadOnlyList<string> InstanceIds => [.. Instances.Select(static instance => instance.Id)];
}
