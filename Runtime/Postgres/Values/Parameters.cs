using FuncExec.Runtime.PostgresStore.Values;
using Npgsql;
using NpgsqlTypes;

namespace FuncExec.Runtime.Postgres.Values;

/// <summary>Parameters of a command by position, in the hub's own forms.</summary>
internal static class Parameters
{
    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, long value) => command.Typed(value);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, int value) => command.Typed(value);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, short value) => command.Typed(value);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, bool value) => command.Typed(value);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, Guid value) => command.Typed(value);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, long? value) => command.Untyped(value, NpgsqlDbType.Bigint);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, Guid? value) => command.Untyped(value, NpgsqlDbType.Uuid);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, byte[]? value) => command.Untyped(value, NpgsqlDbType.Bytea);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, string? text) => command.With(StoredValue.Of(text));

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, ReadOnlyMemory<byte> bytes) => command.With(StoredValue.Of(bytes.Span));

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, long[] values) => command.Typed(values);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, int[] values) => command.Typed(values);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, short[] values) => command.Typed(values);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, bool[] values) => command.Typed(values);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, Guid[] values) => command.Typed(values);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, long?[] values) => command.Typed(values);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, Guid?[] values) => command.Typed(values);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, byte[]?[] values) => command.Untyped(values, NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, short[]? values, bool isOptional) =>
        isOptional ? command.Untyped(values, NpgsqlDbType.Array | NpgsqlDbType.Smallint) : command.Typed(values!);

    private static NpgsqlBatchCommand Typed<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    private static NpgsqlBatchCommand Untyped(this NpgsqlBatchCommand command, object? value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return command;
    }
}
