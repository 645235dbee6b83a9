using System.Buffers;
using System.Text;

namespace FuncExec.Runtime.SqliteFiles.Native;

/// <summary>A prepared statement. Parameters count from 1, columns from 0, as in SQLite.</summary>
internal sealed unsafe class Statement(Connection connection, nint handle) : IDisposable
{
    private const int OnStack = 512;
    private const int TypeText = 3;
    private const int TypeNull = 5;
    private static readonly nint s_copy = -1; // SQLITE_TRANSIENT

    private nint _handle = handle;

    internal void Bind(int index, long value) => NativeMethods.BindInt64(_handle, index, value);

    internal void BindNull(int index) => NativeMethods.BindNull(_handle, index);

    internal void Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes);
        BindBlob(index, bytes);
    }

    internal void BindBlob(int index, ReadOnlySpan<byte> value)
    {
        // A null pointer would bind NULL instead of an empty blob.
        byte none = 0;
        fixed (byte* start = value)
        {
            connection.Check(NativeMethods.BindBlob(_handle, index, start is null ? &none : start, value.Length, s_copy));
        }
    }

    internal void BindText(int index, string text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most <= OnStack ? null : ArrayPool<byte>.Shared.Rent(most);
        Span<byte> buffer = rented ?? stackalloc byte[OnStack];
        BindUtf8(index, buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Binds bytes as text. They need not be valid UTF-8: the upper end of a range of texts is not.</summary>
    internal void BindUtf8(int index, ReadOnlySpan<byte> value)
    {
        byte none = 0;
        fixed (byte* start = value)
        {
            connection.Check(NativeMethods.BindText(_handle, index, start is null ? &none : start, value.Length, s_copy));
        }
    }

    /// <summary>Runs to the next row; false at the end.</summary>
    internal bool Step()
    {
        int code = NativeMethods.Step(_handle);
        return code switch
        {
            ResultCode.Row => true,
            ResultCode.Done => false,
            _ => throw Fail(code),
        };
    }

    /// <summary>Runs a statement without rows and answers how many rows it changed.</summary>
    internal int Run()
    {
        int code = NativeMethods.Step(_handle);
        if (code is not (ResultCode.Done or ResultCode.Row))
        {
            throw Fail(code);
        }

        int changes = connection.Changes();
        NativeMethods.Reset(_handle);
        return changes;
    }

    /// <summary>Ends the run, so that it holds no lock. Answers nothing: a failure was reported by the step.</summary>
    internal void Reset() => NativeMethods.Reset(_handle);

    internal bool IsNull(int column) => NativeMethods.ColumnType(_handle, column) == TypeNull;

    internal bool IsText(int column) => NativeMethods.ColumnType(_handle, column) == TypeText;

    internal long Int64(int column) => NativeMethods.ColumnInt64(_handle, column);

    internal int Int32(int column) => checked((int)NativeMethods.ColumnInt64(_handle, column));

    internal Guid Guid(int column) => new(Bytes(column));

    internal DateTimeOffset Time(int column) => new(Int64(column), TimeSpan.Zero);

    /// <summary>The value's bytes, valid until the next step.</summary>
    internal ReadOnlySpan<byte> Bytes(int column)
    {
        byte* start = NativeMethods.ColumnBlob(_handle, column);
        return new ReadOnlySpan<byte>(start, NativeMethods.ColumnBytes(_handle, column));
    }

    public void Dispose()
    {
        NativeMethods.Finalize(_handle);
        _handle = 0;
    }

    private SqliteException Fail(int code)
    {
        SqliteException failure = connection.Failure(code);
        NativeMethods.Reset(_handle);
        return failure;
    }
}
