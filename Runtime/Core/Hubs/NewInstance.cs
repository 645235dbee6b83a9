namespace FuncExec.Runtime.Hubs;

/// <summary>An instance to create, by a client or by a turn.</summary>
public sealed record NewInstance
{
    /// <summary>The id of the timer that is due at <see cref="StartAt"/>.</summary>
    public const int StartTimer = -1;

    /// <summary>The instance id: 1 to 100 characters by the official rule; any text is stored as it is, case-sensitive.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The orchestrator's name.</summary>
    public required string Name { get; init; }

    /// <summary>Names this execution of the id; completions for another generation are dropped.</summary>
    public required Guid Generation { get; init; }

    /// <summary>Turn 0 of the history: the encoded start, with the input and the parent.</summary>
    public required ReadOnlyMemory<byte> FirstTurn { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Encoded tags, or null.</summary>
    public string? Tags { get; init; }

    /// <summary>
    /// When it may begin; null for at once. Until a turn changes it, it is pending and has nothing to do but for its messages;
    /// its timer <see cref="StartTimer"/> is due then.
    /// </summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>
    /// Statuses of a finished instance in which the id is in use all the same. Default: none, a finished one is overwritten.
    /// </summary>
    public IReadOnlyCollection<InstanceStatus> KeptStatuses { get; init; } = [];

    /// <summary>
    /// For a child: the message to its parent that says that the id is in use. When it is, the child is not created
    /// and this message is delivered instead, in the same transaction.
    /// </summary>
    public OutgoingMessage? WhenInUse { get; init; }
}

/// <summary>A message to an instance.</summary>
/// <param name="InstanceId">Whom it is for.</param>
/// <param name="Generation">Deliver only to this generation; null for any (external events, terminate, suspend, resume).</param>
/// <param name="Content">The encoded message.</param>
/// <param name="IfAbsent">
/// The instance to create first, in the same transaction, when there is none of that id; null when the message is dropped
/// then. How entities come to be.
/// </param>
public sealed record OutgoingMessage(string InstanceId, Guid? Generation, ReadOnlyMemory<byte> Content, NewInstance? IfAbsent = null);

/// <summary>A message as stored in an inbox.</summary>
/// <param name="Id">Grows within an instance's inbox in the order in which messages were stored.</param>
/// <param name="Content">The encoded message.</param>
public sealed record StoredMessage(long Id, ReadOnlyMemory<byte> Content);
