using System.Text;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Values;

/// <summary>Values of a statement in the ledger's forms.</summary>
internal static class LedgerValues
{
    internal static void Bind(this Statement statement, int index, string? value)
    {
        if (value is null)
        {
            statement.BindNull(index);
        }
        else
        {
            statement.BindText(index, value);
        }
    }

    internal static void BindOrNull(this Statement statement, int index, long? value)
    {
        if (value is { } number)
        {
            statement.Bind(index, number);
        }
        else
        {
            statement.BindNull(index);
        }
    }

    internal static void Bind(this Statement statement, int index, DateTimeOffset? value) => statement.BindOrNull(index, value?.UtcTicks);

    internal static void BindOrNull(this Statement statement, int index, byte[]? value)
    {
        if (value is null)
        {
            statement.BindNull(index);
        }
        else
        {
            statement.BindBlob(index, value);
        }
    }

    internal static string Text(this Statement statement, int column) => Encoding.UTF8.GetString(statement.Bytes(column));

    internal static string? TextOrNull(this Statement statement, int column) => statement.IsNull(column) ? null : statement.Text(column);

    internal static long? Int64OrNull(this Statement statement, int column) => statement.IsNull(column) ? null : statement.Int64(column);

    internal static int? Int32OrNull(this Statement statement, int column) => statement.IsNull(column) ? null : statement.Int32(column);

    internal static DateTimeOffset? TimeOrNull(this Statement statement, int column) => statement.IsNull(column) ? null : statement.Time(column);
}
