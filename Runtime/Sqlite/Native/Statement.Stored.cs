using System.Buffers;
using FuncExec.Runtime.Sqlite.Values;

namespace FuncExec.Runtime.Sqlite.Native;

/// <summary>Values in the hub's own forms. The rest of this folder is compiled into the ledger too.</summary>
internal sealed unsafe partial class Statement
{
    internal void Bind(int index, StoredText value)
    {
        if (value.Encoded is { } encoded)
        {
            BindBlob(index, encoded);
        }
        else if (value.Text is { } text)
        {
            BindText(index, text);
        }
        else
        {
            BindNull(index);
        }
    }

    internal void Bind(int index, StoredBytes value)
    {
        if (value.Encoded is { } encoded)
        {
            BindBlob(index, encoded);
            return;
        }

        ReadOnlySpan<byte> plain = value.Plain.Span;
        byte[]? rented = plain.Length < OnStack ? null : ArrayPool<byte>.Shared.Rent(plain.Length + 1);
        Span<byte> buffer = rented ?? stackalloc byte[OnStack];
        buffer[0] = StoredBytes.PlainMark;
        plain.CopyTo(buffer[1..]);
        BindBlob(index, buffer[..(plain.Length + 1)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal string? TextOrNull(int column) => IsNull(column) ? null : StoredText.Read(Bytes(column), IsText(column));

    internal string Text(int column) => StoredText.Read(Bytes(column), IsText(column));

    internal ReadOnlyMemory<byte> Stored(int column) => StoredBytes.Read(Bytes(column));
}
