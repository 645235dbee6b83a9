namespace FuncExec.Runtime.SqliteFiles.Native;

/// <summary>A call into SQLite failed.</summary>
internal sealed class SqliteException(int code, string message) : Exception($"SQLite: {message} (code {code})")
{
    /// <summary>The extended result code.</summary>
    internal int ExtendedCode { get; } = code;

    /// <summary>The primary result code; see <see cref="ResultCode"/>.</summary>
    internal int Code => ExtendedCode & 0xff;

    /// <summary>
    /// True when the file or the machine failed, whatever was asked; false when this one statement was at fault
    /// (a constraint, a value too big) and others can go on.
    /// </summary>
    internal bool IsStoreFailure => Code is ResultCode.Permission or ResultCode.Busy or ResultCode.Locked
        or ResultCode.NoMemory or ResultCode.ReadOnly or ResultCode.Interrupted or ResultCode.IoError
        or ResultCode.Corrupt or ResultCode.Full or ResultCode.CannotOpen or ResultCode.Protocol
        or ResultCode.NotADatabase;
}
