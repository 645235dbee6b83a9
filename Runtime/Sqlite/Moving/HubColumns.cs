using System.Text;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Moving;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Runtime.Sqlite.Moving;

/// <summary>How the hub's own forms are handed over.</summary>
internal static class HubColumns
{
    /// <summary>Text: what lies as text gets a mark, what lies as bytes has one.</summary>
    internal static MovedColumn Marked { get; } = new(
        static (row, column) => TransferValue.Of(row.IsText(column) ? [MarkedText.PlainMark, .. row.Bytes(column)] : row.Bytes(column).ToArray()),
        static (statement, index, value) =>
        {
            if (value.Bytes is [MarkedText.PlainMark, ..])
            {
                statement.BindUtf8(index, value.Bytes.AsSpan(1));
            }
            else
            {
                statement.BindBlob(index, value.Bytes);
            }
        });

    /// <summary>Labels: whole, for where they lie in parts.</summary>
    internal static MovedColumn Labels { get; } = new(
        static (row, column) => TransferValue.Of(Encoding.UTF8.GetBytes(row.Text(column))),
        static (statement, index, value) => statement.Bind(index, StoredText.Of(Encoding.UTF8.GetString(value.Bytes!))));
}
