using System.Text;
using FuncExec.Ledger.Values;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Values;

/// <summary>Columns of a row in the ledger's own forms.</summary>
internal static class Columns
{
    internal static string Text(this NpgsqlDataReader row, int column) => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(column));

    internal static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Text(column);

    internal static long? LongOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    internal static int? IntOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    internal static int? ShortOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt16(column);

    internal static DateTimeOffset Time(this NpgsqlDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    internal static DateTimeOffset? TimeOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    internal static byte[] Packed(this NpgsqlDataReader row, int column) => Ledger.Values.Packed.Read(row.GetFieldValue<byte[]>(column));
}
