namespace FuncExec.Runtime.Hubs;

/// <summary>Where a stored message or a created instance is to be worked on.</summary>
public enum Delivery
{
    /// <summary>Nowhere: the target is unknown, finished, or of another generation. The message was dropped.</summary>
    Dropped = 1,

    /// <summary>Stored. The target is leased to the session that committed, or to none: the committing node should run it.</summary>
    Here = 2,

    /// <summary>Stored. The target is leased to another live session, which the hub tells.</summary>
    Elsewhere = 3,
}

/// <summary>What became of one message.</summary>
/// <param name="Delivery">Where it went.</param>
/// <param name="MessageId">Its id in the inbox; 0 when dropped.</param>
/// <param name="Owner">The live session that holds the target, where it is another one and the hub's own signals go by it; else 0.</param>
public readonly record struct MessageReceipt(Delivery Delivery, long MessageId, long Owner = 0);

/// <summary>What became of one instance that a turn created.</summary>
/// <param name="Lease">The new instance's lease for the committing session; null when the id was in use.</param>
/// <param name="WhenInUse">What became of <see cref="NewInstance.WhenInUse"/> when the id was in use.</param>
public readonly record struct ChildReceipt(InstanceLease? Lease, MessageReceipt WhenInUse);

/// <summary>What became of one activity that a turn scheduled.</summary>
/// <param name="Lease">Its sequence, and the token when it was leased to the committing session at once (else 0).</param>
public readonly record struct ActivityReceipt(ActivityLease Lease)
{
    /// <summary>True when the committing session holds it.</summary>
    public bool Leased => Lease.Token != 0;
}

/// <summary>The outcome of creating an instance.</summary>
public abstract record CreateOutcome
{
    private CreateOutcome() { }

    /// <summary>Created. <paramref name="Lease"/> is the creating session's, when one was asked for.</summary>
    public sealed record Created(InstanceLease? Lease) : CreateOutcome;

    /// <summary>The id is in use by an instance in <paramref name="Status"/>; nothing was changed.</summary>
    public sealed record InUse(InstanceStatus Status) : CreateOutcome;
}

/// <summary>The outcome of sending a message.</summary>
public abstract record SendOutcome
{
    private SendOutcome() { }

    /// <summary>Stored under <paramref name="MessageId"/>. <paramref name="OwnerSession"/> holds the target, null when no live session does.</summary>
    public sealed record Stored(long MessageId, long? OwnerSession) : SendOutcome;

    /// <summary>There is no such instance (or not of that generation).</summary>
    public sealed record NotFound : SendOutcome;

    /// <summary>The instance has finished with <paramref name="Status"/>.</summary>
    public sealed record Finished(InstanceStatus Status) : SendOutcome;

    /// <summary>The inbox is at its bound; try again later.</summary>
    public sealed record InboxFull(int Limit) : SendOutcome;
}

/// <summary>The outcome of leasing one instance.</summary>
public abstract record LeaseInstanceOutcome
{
    private LeaseInstanceOutcome() { }

    /// <summary>Leased; with all that is needed to rebuild it.</summary>
    public sealed record Leased(LeasedInstance Instance) : LeaseInstanceOutcome;

    /// <summary>A live session holds it.</summary>
    public sealed record HeldBy(long Session) : LeaseInstanceOutcome;

    /// <summary>There is no such instance, or it has finished.</summary>
    public sealed record Gone : LeaseInstanceOutcome;
}

/// <summary>The outcome of a turn's commit. Anything but <see cref="Committed"/> changed nothing.</summary>
public abstract record CommitOutcome
{
    private CommitOutcome() { }

    /// <summary>All of it is durable. Receipts are in the order of the commit's lists.</summary>
    public sealed record Committed(
        long Version,
        IReadOnlyList<ActivityReceipt> Activities,
        IReadOnlyList<MessageReceipt> Messages,
        IReadOnlyList<ChildReceipt> Children) : CommitOutcome;

    /// <summary>The token is old, or the instance is gone: another session runs it, or it was purged.</summary>
    public sealed record LeaseLost : CommitOutcome;

    /// <summary>The token stands but the stored version is <paramref name="Stored"/>: the live state is not the stored one.</summary>
    public sealed record VersionConflict(long Stored) : CommitOutcome;

    /// <summary>Messages or completions that the turn consumed are no longer there (they were consumed before, or their lease was lost).</summary>
    public sealed record StaleInput(IReadOnlyList<long> Messages, IReadOnlyList<ActivityLease> Activities) : CommitOutcome;
}

/// <summary>The outcome of storing an activity's completion.</summary>
public abstract record CompleteActivityOutcome
{
    private CompleteActivityOutcome() { }

    /// <summary>Recorded, once and for all; the message is on its way to the instance.</summary>
    public sealed record Recorded(MessageReceipt Receipt) : CompleteActivityOutcome;

    /// <summary>The token is old: nothing was changed.</summary>
    public sealed record LeaseLost : CompleteActivityOutcome;
}

/// <summary>The outcome of purging one instance.</summary>
public enum PurgeOutcome
{
    /// <summary>Deleted with all that belonged to it.</summary>
    Purged = 1,

    /// <summary>There is no such instance.</summary>
    NotFound = 2,

    /// <summary>It has not finished; nothing was changed.</summary>
    NotFinished = 3,
}
