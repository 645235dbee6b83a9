using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.SqliteFiles.Writing;

/// <summary>The writing connection and its transactions; tables are the derived class's. Only the leader of the queue uses it.</summary>
internal abstract class WritingStore(Connection connection, LogGate gate) : IDisposable
{
    private readonly Statement _begin = connection.Prepare("BEGIN IMMEDIATE");
    private readonly Statement _commit = connection.Prepare("COMMIT");
    private readonly Statement _rollback = connection.Prepare("ROLLBACK");
    private readonly Statement _savepoint = connection.Prepare("SAVEPOINT one");
    private readonly Statement _release = connection.Prepare("RELEASE one");
    private readonly Statement _rollbackTo = connection.Prepare("ROLLBACK TO one");

    /// <summary>The pages in the write-ahead log.</summary>
    internal int WalPages => connection.WalPages;

    internal void Begin() => _begin.Run();

    internal void Commit()
    {
        lock (gate.Gate)
        {
            _commit.Run();
        }

        OnCommitted();
    }

    internal void Rollback()
    {
        // After some failures SQLite has rolled back by itself.
        if (connection.InTransaction)
        {
            _rollback.Run();
        }

        OnRolledBack();
    }

    internal void BeginOne() => _savepoint.Run();

    internal void KeepOne() => _release.Run();

    internal void UndoOne()
    {
        _rollbackTo.Run();
        _release.Run();
        OnOneUndone();
    }

    internal void Checkpoint(bool restart) => connection.Checkpoint(restart);

    public void Dispose() => connection.Dispose();

    /// <summary>The transaction is durable; it is not known yet that every operation has been told.</summary>
    protected virtual void OnCommitted()
    {
    }

    /// <summary>Nothing of the transaction is left.</summary>
    protected virtual void OnRolledBack()
    {
    }

    /// <summary>Nothing of the last operation is left.</summary>
    protected virtual void OnOneUndone()
    {
    }
}
