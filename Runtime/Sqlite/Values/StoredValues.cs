using System.Buffers;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Values;

/// <summary>Values of a statement in the hub's own forms.</summary>
internal static class StoredValues
{
    private const int OnStack = 512;

    internal static void Bind(this Statement statement, int index, StoredText value)
    {
        if (value.Encoded is { } encoded)
        {
            statement.BindBlob(index, encoded);
        }
        else if (value.Text is { } text)
        {
            statement.BindText(index, text);
        }
        else
        {
            statement.BindNull(index);
        }
    }

    internal static void Bind(this Statement statement, int index, StoredBytes value)
    {
        if (value.Encoded is { } encoded)
        {
            statement.BindBlob(index, encoded);
            return;
        }

        ReadOnlySpan<byte> plain = value.Plain.Span;
        byte[]? rented = plain.Length < OnStack ? null : ArrayPool<byte>.Shared.Rent(plain.Length + 1);
        Span<byte> buffer = rented ?? stackalloc byte[OnStack];
        buffer[0] = StoredBytes.PlainMark;
        plain.CopyTo(buffer[1..]);
        statement.BindBlob(index, buffer[..(plain.Length + 1)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal static string? TextOrNull(this Statement statement, int column) => statement.IsNull(column) ? null : StoredText.Read(statement.Bytes(column), statement.IsText(column));

    internal static string Text(this Statement statement, int column) => StoredText.Read(statement.Bytes(column), statement.IsText(column));

    internal static ReadOnlyMemory<byte> Stored(this Statement statement, int column) => StoredBytes.Read(statement.Bytes(column));
}
