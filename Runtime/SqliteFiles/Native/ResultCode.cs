namespace FuncExec.Runtime.SqliteFiles.Native;

/// <summary>SQLite's primary result codes that the hub tells apart.</summary>
internal static class ResultCode
{
    internal const int Ok = 0;
    internal const int Permission = 3;
    internal const int Busy = 5;
    internal const int Locked = 6;
    internal const int NoMemory = 7;
    internal const int ReadOnly = 8;
    internal const int Interrupted = 9;
    internal const int IoError = 10;
    internal const int Corrupt = 11;
    internal const int Full = 13;
    internal const int CannotOpen = 14;
    internal const int Protocol = 15;
    internal const int NotADatabase = 26;
    internal const int Row = 100;
    internal const int Done = 101;
}
