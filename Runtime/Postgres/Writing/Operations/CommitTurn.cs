using System.Diagnostics;
using System.Globalization;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using FuncExec.Runtime.PostgresStore.Values;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Writing.Operations;

/// <summary>Commits one turn; what it makes and sends are commands of their own, which do nothing where the turn itself was refused.</summary>
internal sealed class CommitTurn : HubCall<CommitOutcome>
{
    /// <summary>What the server says when something that a turn consumed is not there.</summary>
    internal const string StaleInputCode = "FX001";

    private readonly TurnCommit _commit;
    private readonly Guid _row;
    private readonly byte[] _turn;
    private readonly byte[]? _firstTurn;
    private readonly ActivityValues _activities;
    private readonly InstanceValues[] _children;
    private readonly MessageValues?[] _whenInUse;
    private readonly MessageValues[] _messages;

    internal CommitTurn(TurnCommit commit, ActivityQueues queues)
    {
        _commit = commit;
        _row = IdHash.Of(commit.Lease.InstanceId);
        _turn = StoredValue.Of(commit.Turn.Span);
        _firstTurn = commit.Next is { } next ? StoredValue.Of(next.FirstTurn.Span) : null;
        _activities = new ActivityValues(commit.NewActivities, queues);
        _children = [.. commit.Children.Select(static child => new InstanceValues(child))];
        _whenInUse = [.. commit.Children.Select(static child => child.WhenInUse is { } message ? new MessageValues(message) : null)];
        _messages = [.. commit.Messages.Select(static message => new MessageValues(message))];
        Weight = 512L + _turn.Length + (_firstTurn?.Length ?? 0) + (commit.Output?.Length ?? 0) + _activities.Weight
            + _children.Sum(static child => child.Weight) + _messages.Sum(static message => message.Weight);
    }

    internal override long Weight { get; }

    public override Guid? Row => _row;

    public override IEnumerable<Guid> Ids =>
    [
        .. _children.Select(static child => child.Hash),
        .. _messages.Where(static message => message.IfAbsent is not null).Select(static message => message.Hash),
    ];

    public override void AddTo(NpgsqlBatchCommandCollection commands)
    {
        commands.Add(Turn());
        if (_children.Length > 0)
        {
            commands.Add(Children());
        }

        if (_messages.Length > 0)
        {
            commands.Add(Messages());
        }
    }

    public override async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.RowAsync(cancellationToken).ConfigureAwait(false);
        int code = reader.GetInt32(0);
        long version = code == 1 ? 0 : reader.GetInt64(1);
        long[] sequences = reader.Array<long>(2);
        (long[] keys, short[] inUse, long[] inUseIds) = ([], [], []);
        if (_children.Length > 0)
        {
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            await reader.RowAsync(cancellationToken).ConfigureAwait(false);
            (keys, inUse, inUseIds) = (reader.Array<long>(0), reader.Array<short>(1), reader.Array<long>(2));
        }

        (short[] deliveries, long[] ids) = ([], []);
        if (_messages.Length > 0)
        {
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            await reader.RowAsync(cancellationToken).ConfigureAwait(false);
            (deliveries, ids) = (reader.Array<short>(0), reader.Array<long>(1));
        }

        Decide(code switch
        {
            0 => new CommitOutcome.Committed(
                version,
                [.. sequences.Select((sequence, at) => new ActivityReceipt(new ActivityLease(sequence, at < _commit.LeaseActivities ? 1 : 0)))],
                [.. deliveries.Zip(ids, static (delivery, id) => new MessageReceipt((Delivery)delivery, id))],
                [.. keys.Select((key, at) => Child(at, key, inUse[at], inUseIds[at]))]),
            1 => new CommitOutcome.LeaseLost(),
            2 => new CommitOutcome.VersionConflict(version),
            _ => throw new UnreachableException(),
        });
    }

    /// <summary>What was stale, by the text of the server's refusal: messages and activities.</summary>
    internal static CommitOutcome.StaleInput ReadStale(PostgresException refusal, TurnCommit commit)
    {
        string[] lists = refusal.MessageText.Split(';');
        static HashSet<long> Read(string list) =>
            [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static id => long.Parse(id, CultureInfo.InvariantCulture))];
        HashSet<long> messages = Read(lists[0]), activities = Read(lists[1]);
        return new CommitOutcome.StaleInput(
            [.. commit.ConsumedMessages.Where(messages.Contains)],
            [.. commit.CompletedActivities.Where(activity => activities.Contains(activity.Sequence))]);
    }

    private ChildReceipt Child(int at, long key, short inUse, long inUseId) => key != 0
        ? new ChildReceipt(_commit.LeaseChildren ? new InstanceLease(key, _commit.Children[at].InstanceId, 1) : null, default)
        : new ChildReceipt(null, inUse == 0 ? default : new MessageReceipt((Delivery)inUse, inUseId));

    private NpgsqlBatchCommand Turn()
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(
                "SELECT * FROM commit_turn($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29)")
            .With(_commit.Session).With(_commit.Lease.InstanceKey).With(_commit.Lease.Token).With(_commit.ExpectedVersion).With(_commit.Generation)
            .With(_turn).With(_commit.ReplacesHistory).With((short)_commit.Status).With(_commit.At.UtcTicks)
            .With(_commit.CustomStatus).With(_commit.Output).With(_commit.Failure)
            .With(_commit.Next?.Generation).With(_firstTurn)
            .With([.. _commit.ConsumedMessages])
            .With([.. _commit.CompletedActivities.Select(static activity => activity.Sequence)])
            .With([.. _commit.CompletedActivities.Select(static activity => (int)activity.Token)])
            .With([.. _commit.RemovedTimers.Select(static timer => Columns.Milliseconds(timer.FireAt))])
            .With([.. _commit.RemovedTimers.Select(static timer => timer.TimerId)])
            .With([.. _commit.NewTimers.Select(static timer => Columns.Milliseconds(timer.FireAt))])
            .With([.. _commit.NewTimers.Select(static timer => timer.TimerId)])
            .With(_commit.LeaseActivities);
        return _activities.AddTo(command);
    }

    /// <summary>By what the server knows that the turn is there: session, key, token, version, generation, whether it has finished.</summary>
    private NpgsqlBatchCommand Stands(NpgsqlBatchCommand command) => command
        .With(_commit.Session).With(_commit.Lease.InstanceKey).With(_commit.Lease.Token)
        .With(_commit.Next is null ? _commit.ExpectedVersion + 1 : 1).With(_commit.Next?.Generation ?? _commit.Generation).With(_commit.Status.IsFinished());

    private NpgsqlBatchCommand Children() => Stands(new NpgsqlBatchCommand(
            "SELECT * FROM create_children($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21)"))
        .With(_commit.LeaseChildren).With(_row)
        .With([.. _children.Select(static child => child.Hash)])
        .With([.. _children.Select(static child => (byte[]?)child.Id)])
        .With([.. _children.Select(static child => (byte[]?)child.Name)])
        .With([.. _children.Select(static child => child.Generation)])
        .With([.. _children.Select(static child => (byte[]?)child.FirstTurn)])
        .With([.. _children.Select(static child => child.CreatedAt)])
        .With([.. _children.Select(static child => child.Partition)])
        .With([.. _children.Select(static child => child.Tags)])
        .With([.. _children.Select(static child => child.StartAt)])
        .With([.. _children.Select(static child => child.Kept)])
        .With([.. _whenInUse.Select(static message => message?.Hash)])
        .With([.. _whenInUse.Select(static message => message?.Generation)])
        .With([.. _whenInUse.Select(static message => message?.Content)]);

    private NpgsqlBatchCommand Messages() => Stands(new NpgsqlBatchCommand(
            "SELECT * FROM send_messages($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17)"))
        .With([.. _messages.Select(static message => message.Hash)])
        .With([.. _messages.Select(static message => message.Generation)])
        .With([.. _messages.Select(static message => (byte[]?)message.Content)])
        .With([.. _messages.Select(static message => message.IfAbsent is not null)])
        .With([.. _messages.Select(static message => message.IfAbsent?.Id)])
        .With([.. _messages.Select(static message => message.IfAbsent?.Name)])
        .With([.. _messages.Select(static message => message.IfAbsent?.Generation)])
        .With([.. _messages.Select(static message => message.IfAbsent?.FirstTurn)])
        .With([.. _messages.Select(static message => message.IfAbsent?.CreatedAt)])
        .With([.. _messages.Select(static message => message.IfAbsent?.Partition ?? 0)])
        .With([.. _messages.Select(static message => message.IfAbsent?.Tags)]);
}
