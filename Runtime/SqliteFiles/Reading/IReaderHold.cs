namespace FuncExec.Runtime.SqliteFiles.Reading;

/// <summary>Keeps readers away for a while.</summary>
internal interface IReaderHold
{
    /// <summary>Waits until no one reads and lets no one begin until disposed. Used by one thread at a time.</summary>
    IDisposable Hold();
}
