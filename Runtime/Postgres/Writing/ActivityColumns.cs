using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>New activities of turns.</summary>
internal sealed class ActivityColumns
{
    private static readonly byte[] s_noVersion = StoredForms.Text("");

    private readonly Column<int> _turn = new(NpgsqlDbType.Integer);
    private readonly Column<bool> _leased = new(NpgsqlDbType.Boolean);
    private readonly Column<int> _queue = new(NpgsqlDbType.Integer);
    private readonly Column<short> _priority = new(NpgsqlDbType.Smallint);
    private readonly Column<int> _task = new(NpgsqlDbType.Integer);
    private readonly Column<byte[]> _version = new(NpgsqlDbType.Bytea);
    private readonly Column<byte[]?> _tags = new(NpgsqlDbType.Bytea);
    private readonly Column<byte[]?> _input = new(NpgsqlDbType.Bytea);

    internal int Count => _turn.Count;

    internal void Add(int turn, bool isLeased, PreparedActivity activity)
    {
        _turn.Add(turn);
        _leased.Add(isLeased);
        _queue.Add(activity.Queue);
        _priority.Add(activity.Priority);
        _task.Add(activity.TaskId);
        _version.Add(activity.Version ?? s_noVersion);
        _tags.Add(activity.Tags);
        _input.Add(activity.Input);
    }

    internal void Bind(NpgsqlParameterCollection parameters)
    {
        parameters.Add(_turn.ToParameter());
        parameters.Add(_leased.ToParameter());
        BindContents(parameters);
    }

    /// <summary>The columns from the queue on, as a revival has them.</summary>
    internal void BindContents(NpgsqlParameterCollection parameters)
    {
        parameters.Add(_queue.ToParameter());
        parameters.Add(_priority.ToParameter());
        parameters.Add(_task.ToParameter());
        parameters.Add(_version.ToParameter());
        parameters.Add(_tags.ToParameter());
        parameters.Add(_input.ToParameter());
    }
}

/// <summary>An activity with its payloads encoded. <see cref="Version"/> is null when it asks for none.</summary>
internal readonly record struct PreparedActivity(int Queue, short Priority, int TaskId, byte[]? Version, byte[]? Tags, byte[]? Input)
{
    internal static PreparedActivity Of(NewActivity activity, int queue) => new(
        queue,
        (short)activity.Priority,
        activity.TaskId,
        activity.Version.Length == 0 ? null : StoredForms.Text(activity.Version),
        StoredForms.TextOrNull(activity.Tags),
        StoredForms.TextOrNull(activity.Input));
}
