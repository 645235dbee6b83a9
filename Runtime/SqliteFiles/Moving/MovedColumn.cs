using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.Transfer;

namespace FuncExec.Runtime.SqliteFiles.Moving;

/// <summary>How a column of a file is handed over, and taken.</summary>
/// <param name="Read">The value of a row's column that is not null.</param>
/// <param name="Bind">Binds a value that is there to a parameter.</param>
internal sealed record MovedColumn(Func<Statement, int, TransferValue> Read, Action<Statement, int, TransferValue> Bind)
{
    /// <summary>A number.</summary>
    internal static MovedColumn Integer { get; } = new(
        static (row, column) => TransferValue.Of(row.Int64(column)),
        static (statement, index, value) => statement.Bind(index, value.Number!.Value));

    /// <summary>Bytes as they are.</summary>
    internal static MovedColumn Blob { get; } = new(
        static (row, column) => TransferValue.Of(row.Bytes(column).ToArray()),
        static (statement, index, value) => statement.BindBlob(index, value.Bytes));

    /// <summary>Text, handed over in UTF-8.</summary>
    internal static MovedColumn Text { get; } = new(
        static (row, column) => TransferValue.Of(row.Bytes(column).ToArray()),
        static (statement, index, value) => statement.BindUtf8(index, value.Bytes));
}
