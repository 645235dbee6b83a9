namespace FuncExec.Runtime.SqliteFiles.Reading;

/// <summary>One read-only connection and what is asked of it.</summary>
internal interface IStoreReader : IDisposable
{
    /// <summary>The state that a read sees.</summary>
    Snapshot Snapshot { get; }
}
