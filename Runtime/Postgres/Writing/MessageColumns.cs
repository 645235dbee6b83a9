using System.Runtime.InteropServices;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>Messages, and whom they are for: each target is looked up once a group.</summary>
internal sealed class MessageColumns
{
    private readonly Dictionary<string, int> _targets = new(StringComparer.Ordinal);
    private readonly Column<byte[]> _targetId = new(NpgsqlDbType.Bytea);
    private readonly List<bool> _targetLimited = [];
    private readonly Column<int> _turn = new(NpgsqlDbType.Integer);
    private readonly Column<int> _of = new(NpgsqlDbType.Integer);
    private readonly Column<bool> _absent = new(NpgsqlDbType.Boolean);
    private readonly Column<bool> _limited = new(NpgsqlDbType.Boolean);
    private readonly Column<int> _target = new(NpgsqlDbType.Integer);
    private readonly Column<Guid?> _generation = new(NpgsqlDbType.Uuid);
    private readonly Column<byte[]> _data = new(NpgsqlDbType.Bytea);

    /// <summary>Adds one and answers its place, from 1 on.</summary>
    /// <param name="message">It.</param>
    /// <param name="turn">The turn that sends it, or 0.</param>
    /// <param name="of">The new instance that it stands in for: it is sent only when that is not made; 0 for none.</param>
    /// <param name="isLimited">It is refused by a full inbox.</param>
    internal int Add(PreparedMessage message, int turn, int of = 0, bool isLimited = false)
    {
        ref int target = ref CollectionsMarshal.GetValueRefOrAddDefault(_targets, message.InstanceId, out bool isKnown);
        if (!isKnown)
        {
            _targetId.Add(StoredForms.Text(message.InstanceId));
            _targetLimited.Add(false);
            target = _targetId.Count;
        }

        _targetLimited[target - 1] |= isLimited;
        _turn.Add(turn);
        _of.Add(of);
        _absent.Add(message.IfAbsent is not null);
        _limited.Add(isLimited);
        _target.Add(target);
        _generation.Add(message.Generation);
        _data.Add(message.Content);
        return _turn.Count;
    }

    internal void Bind(NpgsqlParameterCollection parameters)
    {
        parameters.Add(_targetId.ToParameter());
        parameters.Add(new NpgsqlParameter<bool[]> { TypedValue = [.. _targetLimited], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean });
        parameters.Add(_turn.ToParameter());
        parameters.Add(_of.ToParameter());
        parameters.Add(_absent.ToParameter());
        parameters.Add(_limited.ToParameter());
        parameters.Add(_target.ToParameter());
        parameters.Add(_generation.ToParameter());
        parameters.Add(_data.ToParameter());
    }
}
