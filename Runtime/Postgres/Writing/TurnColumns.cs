using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>Turns, with what they consumed and the timers that they removed and made.</summary>
internal sealed class TurnColumns
{
    private readonly Column<long> _key = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _session = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _token = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _version = new(NpgsqlDbType.Bigint);
    private readonly Column<Guid> _generation = new(NpgsqlDbType.Uuid);
    private readonly Column<short> _status = new(NpgsqlDbType.Smallint);
    private readonly Column<long> _at = new(NpgsqlDbType.Bigint);
    private readonly Column<byte[]?> _customStatus = new(NpgsqlDbType.Bytea);
    private readonly Column<byte[]?> _output = new(NpgsqlDbType.Bytea);
    private readonly Column<byte[]?> _failure = new(NpgsqlDbType.Bytea);
    private readonly Column<byte[]> _turn = new(NpgsqlDbType.Bytea);
    private readonly Column<bool> _replaces = new(NpgsqlDbType.Boolean);
    private readonly Column<Guid?> _next = new(NpgsqlDbType.Uuid);
    private readonly Column<int> _consumed = new(NpgsqlDbType.Integer);
    private readonly Column<long> _message = new(NpgsqlDbType.Bigint);
    private readonly Column<int> _runTurn = new(NpgsqlDbType.Integer);
    private readonly Column<int> _runToken = new(NpgsqlDbType.Integer);
    private readonly Column<int> _runCount = new(NpgsqlDbType.Integer);
    private readonly Column<long> _sequence = new(NpgsqlDbType.Bigint);
    private readonly Column<int> _removedTurn = new(NpgsqlDbType.Integer);
    private readonly Column<long> _removedAt = new(NpgsqlDbType.Bigint);
    private readonly Column<long> _removedKey = new(NpgsqlDbType.Bigint);
    private readonly Column<int> _removedId = new(NpgsqlDbType.Integer);
    private readonly Column<int> _newTurn = new(NpgsqlDbType.Integer);
    private readonly Column<long> _newAt = new(NpgsqlDbType.Bigint);
    private readonly Column<int> _newId = new(NpgsqlDbType.Integer);

    /// <summary>How many messages the turns consumed.</summary>
    internal int Consumed => _message.Count;

    /// <summary>How many activities the turns completed.</summary>
    internal int Completed => _sequence.Count;

    /// <summary>Adds a turn and answers its place, from 1 on.</summary>
    internal int Add(PreparedTurn turn)
    {
        TurnCommit commit = turn.Commit;
        _key.Add(commit.Lease.InstanceKey);
        _session.Add(commit.Session);
        _token.Add(commit.Lease.Token);
        _version.Add(commit.ExpectedVersion);
        _generation.Add(commit.Generation);
        _status.Add((short)commit.Status);
        _at.Add(commit.At.UtcTicks);
        _customStatus.Add(turn.CustomStatus);
        _output.Add(turn.Output);
        _failure.Add(turn.Failure);
        _turn.Add(turn.Turn);
        _replaces.Add(commit.ReplacesHistory);
        _next.Add(commit.Next?.Generation);
        _consumed.Add(commit.ConsumedMessages.Count);
        foreach (long message in commit.ConsumedMessages)
        {
            _message.Add(message);
        }

        int place = _key.Count;
        AddCompleted(place, turn.Completed);
        AddTimers(place, commit);
        return place;
    }

    internal void Bind(NpgsqlParameterCollection parameters)
    {
        foreach (NpgsqlParameter parameter in (NpgsqlParameter[])
        [
            _key.ToParameter(), _session.ToParameter(), _token.ToParameter(), _version.ToParameter(), _generation.ToParameter(),
            _status.ToParameter(), _at.ToParameter(), _customStatus.ToParameter(), _output.ToParameter(), _failure.ToParameter(),
            _turn.ToParameter(), _replaces.ToParameter(), _next.ToParameter(), _consumed.ToParameter(), _message.ToParameter(),
            _runTurn.ToParameter(), _runToken.ToParameter(), _runCount.ToParameter(), _sequence.ToParameter(),
            _removedTurn.ToParameter(), _removedAt.ToParameter(), _removedKey.ToParameter(), _removedId.ToParameter(),
            _newTurn.ToParameter(), _newAt.ToParameter(), _newId.ToParameter(),
        ])
        {
            parameters.Add(parameter);
        }
    }

    // In runs of one token, which nearly always is one run: so many rows go by one statement.
    private void AddCompleted(int place, IReadOnlyList<ActivityLease> completed)
    {
        for (int i = 0, run = 0; i < completed.Count; i++)
        {
            _sequence.Add(completed[i].Sequence);
            if (i + 1 == completed.Count || completed[i + 1].Token != completed[i].Token)
            {
                _runTurn.Add(place);
                _runToken.Add(int.CreateSaturating(completed[i].Token));
                _runCount.Add(i + 1 - run);
                run = i + 1;
            }
        }
    }

    private void AddTimers(int place, TurnCommit commit)
    {
        foreach (TimerKey timer in commit.RemovedTimers)
        {
            _removedTurn.Add(place);
            _removedAt.Add(StoredTime.Milliseconds(timer.FireAt));
            _removedKey.Add(timer.InstanceKey);
            _removedId.Add(timer.TimerId);
        }

        foreach (TimerKey timer in commit.NewTimers)
        {
            _newTurn.Add(place);
            _newAt.Add(StoredTime.Milliseconds(timer.FireAt));
            _newId.Add(timer.TimerId);
        }
    }
}
