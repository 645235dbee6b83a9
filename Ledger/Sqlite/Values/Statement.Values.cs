using System.Text;

namespace FuncExec.Runtime.Sqlite.Native;

/// <summary>Values in the ledger's forms. The other part is the hub's file.</summary>
internal sealed unsafe partial class Statement
{
    internal void Bind(int index, string? value)
    {
        if (value is null)
        {
            BindNull(index);
        }
        else
        {
            BindText(index, value);
        }
    }

    internal void BindOrNull(int index, long? value)
    {
        if (value is { } number)
        {
            Bind(index, number);
        }
        else
        {
            BindNull(index);
        }
    }

    internal void Bind(int index, DateTimeOffset? value) => BindOrNull(index, value?.UtcTicks);

    internal void BindOrNull(int index, byte[]? value)
    {
        if (value is null)
        {
            BindNull(index);
        }
        else
        {
            BindBlob(index, value);
        }
    }

    internal string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    internal string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    internal long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    internal int? Int32OrNull(int column) => IsNull(column) ? null : Int32(column);

    internal DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);
}
