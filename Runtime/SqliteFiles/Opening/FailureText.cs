using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.SqliteFiles.Opening;

/// <summary>What an SQLite failure means to whoever runs the service, and what to do.</summary>
internal static class FailureText
{
    internal static string Of(SqliteException failure, string path, StoreKind kind) => failure.Code switch
    {
        ResultCode.Full =>
            $"The disk that holds '{path}' is full. Free some space there: the {kind.Name} goes on by itself. ({failure.Message})",
        ResultCode.Corrupt or ResultCode.NotADatabase =>
            $"'{path}' is damaged or no SQLite file. Stop the service, keep a copy of the file, its -wal and its -shm, and "
            + $"restore a backup, or see what 'sqlite3 {path} .recover' can save. ({failure.Message})",
        ResultCode.ReadOnly or ResultCode.Permission or ResultCode.CannotOpen =>
            $"'{path}' cannot be opened or written by user '{Environment.UserName}'. Correct the owner and mode of the "
            + $"file and its directory. ({failure.Message})",
        ResultCode.IoError =>
            $"Reading or writing '{path}' failed. Look at the disk and the system's log: the {kind.Name} goes on by itself once "
            + $"the disk does. ({failure.Message})",
        ResultCode.NoMemory =>
            $"There was no memory left while working on '{path}'. Give the service more. ({failure.Message})",
        ResultCode.Busy or ResultCode.Locked =>
            $"Another program holds a lock on '{path}'. End it: only this service may use the file. ({failure.Message})",
        _ => $"Working on '{path}' failed. ({failure.Message})",
    };
}
