using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Ledger.Postgres.Values;

/// <summary>Parameters of a command by position, in the ledger's own forms.</summary>
internal static class Parameters
{
    internal static NpgsqlBatchCommand Text(this NpgsqlBatchCommand command, string? value) => command.Bytes(Bytes(value));

    internal static NpgsqlBatchCommand Bytes(this NpgsqlBatchCommand command, byte[]? value) => command.Add(value, NpgsqlDbType.Bytea);

    internal static NpgsqlBatchCommand Long(this NpgsqlBatchCommand command, long? value) => command.Add(value, NpgsqlDbType.Bigint);

    internal static NpgsqlBatchCommand Int(this NpgsqlBatchCommand command, int? value) => command.Add(value, NpgsqlDbType.Integer);

    internal static NpgsqlBatchCommand Short(this NpgsqlBatchCommand command, int? value) => command.Add((short?)value, NpgsqlDbType.Smallint);

    internal static NpgsqlBatchCommand Flag(this NpgsqlBatchCommand command, bool value) => command.Add(value, NpgsqlDbType.Boolean);

    internal static NpgsqlBatchCommand Id(this NpgsqlBatchCommand command, Guid value) => command.Add(value, NpgsqlDbType.Uuid);

    internal static NpgsqlBatchCommand Span(this NpgsqlBatchCommand command, TimeSpan? value) => command.Long(value?.Ticks);

    internal static NpgsqlBatchCommand Texts(this NpgsqlBatchCommand command, IEnumerable<string> values) => command.Add(values.Select(static text => Bytes(text)!).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    internal static NpgsqlBatchCommand Array<T>(this NpgsqlBatchCommand command, IEnumerable<T> values, NpgsqlDbType type) => command.Add(values.ToArray(), NpgsqlDbType.Array | type);

    internal static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static NpgsqlBatchCommand Add(this NpgsqlBatchCommand command, object? value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return command;
    }
}
