using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Values;

/// <summary>One array of a call: a value of each row.</summary>
internal sealed class Column<T>(NpgsqlDbType type)
{
    private readonly List<T> _values = [];

    internal int Count => _values.Count;

    internal void Add(T value) => _values.Add(value);

    internal NpgsqlParameter ToParameter() => new NpgsqlParameter<T[]> { TypedValue = [.. _values], NpgsqlDbType = NpgsqlDbType.Array | type };
}
