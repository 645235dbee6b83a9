using FuncExec.Runtime.Hubs;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>What <c>hub_commit</c> answered: arrays side by side with those that it was given. Places count from 1.</summary>
internal sealed class CommitAnswer
{
    /// <summary>The target's inbox is full; beyond every status.</summary>
    private const short Full = 100;

    private readonly HashSet<long> _live;
    private readonly short[] _outcomes;
    private readonly long[] _stored;
    private readonly HashSet<int> _staleMessages;
    private readonly HashSet<int> _staleActivities;
    private readonly long[] _sequences;
    private readonly long[] _keys;
    private readonly short[] _inUse;
    private readonly long[] _messageIds;
    private readonly short[] _statuses;
    private readonly long[] _owners;
    private readonly long[] _recorded;
    private readonly long[] _recordedOwners;
    private readonly long[] _recordedBy;

    internal CommitAnswer(NpgsqlDataReader row)
    {
        _live = [.. Array<long>(row, 0)];
        _outcomes = Array<short>(row, 1);
        _stored = Array<long>(row, 2);
        _staleMessages = [.. Array<int>(row, 3)];
        _staleActivities = [.. Array<int>(row, 4)];
        _sequences = Array<long>(row, 5);
        _keys = Array<long>(row, 6);
        _inUse = Array<short>(row, 7);
        _messageIds = Array<long>(row, 8);
        _statuses = Array<short>(row, 9);
        _owners = Array<long>(row, 10);
        _recorded = Array<long>(row, 11);
        _recordedOwners = Array<long>(row, 12);
        _recordedBy = Array<long>(row, 13);
    }

    internal bool IsLive(long session) => _live.Contains(session);

    internal TurnOutcome OutcomeOf(int turn) => (TurnOutcome)_outcomes[turn - 1];

    /// <summary>The version that is stored now.</summary>
    internal long VersionOf(int turn) => _stored[turn - 1];

    internal bool IsStaleMessage(int message) => _staleMessages.Contains(message);

    internal bool IsStaleActivity(int activity) => _staleActivities.Contains(activity);

    internal long SequenceOf(int activity) => _sequences[activity - 1];

    /// <summary>The new instance's key, or 0 when it was not made.</summary>
    internal long KeyOf(int instance) => _keys[instance - 1];

    /// <summary>The status of whoever uses the id of an instance that was not made.</summary>
    internal InstanceStatus UserOf(int instance) => (InstanceStatus)_inUse[instance - 1];

    internal MessageReceipt ReceiptOf(int message, long session) => Receipt(_messageIds[message - 1], _owners[message - 1], session);

    /// <summary>The live session that holds the message's target, or 0.</summary>
    internal long OwnerOf(int message) => _owners[message - 1];

    internal SendOutcome SendOutcomeOf(int message) => (_messageIds[message - 1], _statuses[message - 1]) switch
    {
        ( > 0 and var id, _) => new SendOutcome.Stored(id, _owners[message - 1] is not 0 and var owner ? owner : null),
        (_, Full) => new SendOutcome.InboxFull(HubLimits.Inbox),
        (_, 0) => new SendOutcome.NotFound(),
        (_, var status) => new SendOutcome.Finished((InstanceStatus)status),
    };

    internal CompleteActivityOutcome CompletionOf(int completion) => _recorded[completion - 1] is >= 0 and var id
        ? new CompleteActivityOutcome.Recorded(Receipt(id, _recordedOwners[completion - 1], _recordedBy[completion - 1]))
        : new CompleteActivityOutcome.LeaseLost();

    private static MessageReceipt Receipt(long id, long owner, long session) => new(
        id == 0 ? Delivery.Dropped : owner == 0 || owner == session ? Delivery.Here : Delivery.Elsewhere, id);

    private static T[] Array<T>(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetFieldValue<T[]>(column);
}

/// <summary>What became of a turn.</summary>
internal enum TurnOutcome
{
    Committed = 1,
    LeaseLost = 2,
    VersionConflict = 3,
    StaleInput = 4,
}
