using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Reading;

namespace FuncExec.Ledger.Sqlite.Reading;

/// <summary>One read-only connection. Its tables only read: whoever wrote by it would be refused by SQLite.</summary>
internal sealed class LedgerReader(Connection connection) : IStoreReader
{
    public Snapshot Snapshot { get; } = new(connection);

    internal LedgerTables Tables { get; } = new(connection.Prepare);

    /// <summary>A job that can be seen, or null.</summary>
    internal StoredJob? FindSeen(string jobId) =>
        Tables.Jobs.Find(jobId) is { Job.State: not JobState.Deleting } job ? job : null;

    public void Dispose() => connection.Dispose();
}
