using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace FuncExec.Runtime.SqliteFiles.Native;

/// <summary>One SQLite connection with its statements. Used by one thread at a time; its users see to that.</summary>
internal sealed unsafe class Connection : IDisposable
{
    private const int OpenReadOnly = 0x1;
    private const int OpenReadWrite = 0x2;
    private const int OpenCreate = 0x4;
    private const int OpenNoMutex = 0x8000;
    private const int CheckpointPassive = 0;
    private const int CheckpointRestart = 2;

    private readonly List<Statement> _statements = [];
    private readonly int* _walPages;
    private nint _handle;

    private Connection(nint handle)
    {
        _handle = handle;
        _walPages = (int*)NativeMemory.AllocZeroed(sizeof(int));
    }

    /// <summary>The pages in the write-ahead log after this connection's last commit or checkpoint.</summary>
    internal int WalPages => *_walPages;

    /// <summary>True while a transaction is open.</summary>
    internal bool InTransaction => NativeMethods.GetAutocommit(_handle) == 0;

    internal static Connection Open(string path, bool readOnly)
    {
        int flags = OpenNoMutex | (readOnly ? OpenReadOnly : OpenReadWrite | OpenCreate);
        int code = NativeMethods.Open(path, out nint handle, flags, 0);
        if (code != ResultCode.Ok)
        {
            string message = handle == 0 ? Text(NativeMethods.ErrorText(code)) : Text(NativeMethods.ErrorMessage(handle));
            NativeMethods.Close(handle);
            throw new SqliteException(code, message);
        }

        NativeMethods.ExtendedResultCodes(handle, 1);
        return new Connection(handle);
    }

    /// <summary>Prepares a statement that lives as long as the connection.</summary>
    internal Statement Prepare(string sql)
    {
        const uint Persistent = 1;
        byte[] text = Encoding.UTF8.GetBytes(sql + '\0');
        fixed (byte* start = text)
        {
            Check(NativeMethods.Prepare(_handle, start, text.Length, Persistent, out nint handle, out _));
            var statement = new Statement(this, handle);
            _statements.Add(statement);
            return statement;
        }
    }

    /// <summary>Runs one or more statements whose rows do not matter.</summary>
    internal void Execute(string sql)
    {
        byte[] text = Encoding.UTF8.GetBytes(sql + '\0');
        fixed (byte* start = text)
        {
            byte* next = start;
            byte* end = start + text.Length - 1;
            while (next < end)
            {
                Check(NativeMethods.Prepare(_handle, next, (int)(end - next) + 1, 0, out nint handle, out next));
                using var statement = new Statement(this, handle);
                while (handle != 0 && statement.Step())
                {
                }
            }
        }
    }

    /// <summary>Runs a statement and answers the first column of its first row as text.</summary>
    internal string ReadScalar(string sql)
    {
        byte[] text = Encoding.UTF8.GetBytes(sql + '\0');
        fixed (byte* start = text)
        {
            Check(NativeMethods.Prepare(_handle, start, text.Length, 0, out nint handle, out _));
            using var statement = new Statement(this, handle);
            return statement.Step() ? Encoding.UTF8.GetString(statement.Bytes(0)) : "";
        }
    }

    /// <summary>From now on this connection checkpoints only when told to, and knows the log's length after a commit.</summary>
    internal void WatchWal() => NativeMethods.WalHook(_handle, &OnCommit, (nint)_walPages);

    /// <summary>
    /// Copies the log into the file as far as readers allow. With <paramref name="restart"/> the log then begins
    /// anew, for which no reader may be at work.
    /// </summary>
    internal void Checkpoint(bool restart)
    {
        int total, copied;
        Check(NativeMethods.WalCheckpoint(
            _handle, 0, restart ? CheckpointRestart : CheckpointPassive, (nint)(&total), (nint)(&copied)));
        if (copied >= total)
        {
            *_walPages = 0;
        }
    }

    internal int Changes() => NativeMethods.Changes(_handle);

    internal void Check(int code)
    {
        if (code != ResultCode.Ok)
        {
            throw Failure(code);
        }
    }

    internal SqliteException Failure(int code) => new(code, Text(NativeMethods.ErrorMessage(_handle)));

    public void Dispose()
    {
        if (_handle == 0)
        {
            return;
        }

        foreach (Statement statement in _statements)
        {
            statement.Dispose();
        }

        NativeMethods.Close(_handle);
        NativeMemory.Free(_walPages);
        _handle = 0;
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCommit(nint pages, nint database, byte* name, int count)
    {
        *(int*)pages = count;
        return ResultCode.Ok;
    }
}
