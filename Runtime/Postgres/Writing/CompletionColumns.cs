using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Postgres.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Writing;

/// <summary>Completions of activities whose instances are not at hand.</summary>
internal sealed class CompletionColumns
{
    private readonly Column<long> _sequence = new(NpgsqlDbType.Bigint);
    private readonly Column<int> _token = new(NpgsqlDbType.Integer);
    private readonly Column<byte[]> _data = new(NpgsqlDbType.Bytea);

    /// <summary>Adds one and answers its place, from 1 on.</summary>
    internal int Add(ActivityLease lease, byte[] completion)
    {
        _sequence.Add(lease.Sequence);
        _token.Add(int.CreateSaturating(lease.Token));
        _data.Add(completion);
        return _sequence.Count;
    }

    internal void Bind(NpgsqlParameterCollection parameters)
    {
        parameters.Add(_sequence.ToParameter());
        parameters.Add(_token.ToParameter());
        parameters.Add(_data.ToParameter());
    }
}
