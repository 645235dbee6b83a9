using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>New instances: of clients, of turns, and those that messages bring.</summary>
internal sealed class InstanceColumns
{
    private readonly Column<int> _turn = new(NpgsqlDbType.Integer);
    private readonly Column<bool> _absent = new(NpgsqlDbType.Boolean);
    private readonly Column<bool> _barred = new(NpgsqlDbType.Boolean);
    private readonly Column<int> _kept = new(NpgsqlDbType.Integer);
    private readonly Column<long> _owner = new(NpgsqlDbType.Bigint);
    private readonly Column<byte[]> _id = new(NpgsqlDbType.Bytea);
    private readonly Column<byte[]> _name = new(NpgsqlDbType.Bytea);
    private readonly Column<Guid> _generation = new(NpgsqlDbType.Uuid);
    private readonly Column<byte[]> _first = new(NpgsqlDbType.Bytea);
    private readonly Column<long> _created = new(NpgsqlDbType.Bigint);
    private readonly Column<short> _partition = new(NpgsqlDbType.Smallint);
    private readonly Column<byte[]?> _tags = new(NpgsqlDbType.Bytea);
    private readonly Column<long?> _start = new(NpgsqlDbType.Bigint);
    private readonly Column<long?> _startTimer = new(NpgsqlDbType.Bigint);

    /// <summary>Adds one and answers its place, from 1 on.</summary>
    /// <param name="instance">It.</param>
    /// <param name="turn">The turn that makes it, or 0.</param>
    /// <param name="owner">The session that gets it, or 0.</param>
    /// <param name="isBarred">Its id is in use whatever is stored.</param>
    /// <param name="isAbsent">It is made only if a message finds nobody; which statuses it keeps does not matter then.</param>
    internal int Add(PreparedInstance instance, int turn, long owner, bool isBarred = false, bool isAbsent = false)
    {
        NewInstance plain = instance.Instance;
        _turn.Add(turn);
        _absent.Add(isAbsent);
        _barred.Add(isBarred);
        _kept.Add(isAbsent ? 0 : plain.KeptStatuses.Aggregate(0, static (all, status) => all | (1 << (int)status)));
        _owner.Add(owner);
        _id.Add(instance.Id);
        _name.Add(instance.Name);
        _generation.Add(plain.Generation);
        _first.Add(instance.FirstTurn);
        _created.Add(plain.CreatedAt.UtcTicks);
        _partition.Add((short)Partition.Of(plain.InstanceId));
        _tags.Add(instance.Tags);
        _start.Add(plain.StartAt?.UtcTicks);
        _startTimer.Add(plain.StartAt is { } startAt ? StoredTime.Milliseconds(startAt) : null);
        return _turn.Count;
    }

    internal void Bind(NpgsqlParameterCollection parameters)
    {
        foreach (NpgsqlParameter parameter in (NpgsqlParameter[])
        [
            _turn.ToParameter(), _absent.ToParameter(), _barred.ToParameter(), _kept.ToParameter(), _owner.ToParameter(), _id.ToParameter(),
            _name.ToParameter(), _generation.ToParameter(), _first.ToParameter(), _created.ToParameter(), _partition.ToParameter(),
            _tags.ToParameter(), _start.ToParameter(), _startTimer.ToParameter(),
        ])
        {
            parameters.Add(parameter);
        }
    }
}
