using FuncExec.Ledger.Sqlite.Nodes;
using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Runtime.Sqlite;
using FuncExec.Runtime.Sqlite.Native;

namespace FuncExec.Ledger.Sqlite.Writing;

/// <summary>The writing connection: its tables and its transactions. Only the leader of the queue uses it.</summary>
internal sealed class LedgerStore : IDisposable
{
    private readonly Connection _connection;
    private readonly LogGate _gate;
    private readonly TimeProvider _time;
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _savepoint;
    private readonly Statement _release;
    private readonly Statement _rollbackTo;

    internal LedgerStore(Connection connection, NodeLives lives, LogGate gate, TimeProvider time)
    {
        _connection = connection;
        _gate = gate;
        _time = time;
        _begin = connection.Prepare("BEGIN IMMEDIATE");
        _commit = connection.Prepare("COMMIT");
        _rollback = connection.Prepare("ROLLBACK");
        _savepoint = connection.Prepare("SAVEPOINT one");
        _release = connection.Prepare("RELEASE one");
        _rollbackTo = connection.Prepare("ROLLBACK TO one");
        Lives = lives;
        Tables = new LedgerTables(connection.Prepare);
    }

    internal NodeLives Lives { get; }

    internal LedgerTables Tables { get; }

    /// <summary>The ledger's clock, in UTC.</summary>
    internal DateTimeOffset Now => _time.GetUtcNow().ToUniversalTime();

    /// <summary>The pages in the write-ahead log.</summary>
    internal int WalPages => _connection.WalPages;

    /// <summary>Something of the job has changed; told when it is durable.</summary>
    internal void Changed(string jobId) => _changed.Add(jobId);

    /// <summary>What has changed since this was last asked, and is durable. After a failed commit it is nothing.</summary>
    internal IReadOnlyList<string> TakeChanged()
    {
        if (_changed.Count == 0)
        {
            return [];
        }

        string[] changed = [.. _changed];
        _changed.Clear();
        return changed;
    }

    internal void Begin() => _begin.Run();

    internal void Commit()
    {
        lock (_gate.Gate)
        {
            _commit.Run();
        }
    }

    internal void Rollback()
    {
        _changed.Clear();

        // After some failures SQLite has rolled back by itself.
        if (_connection.InTransaction)
        {
            _rollback.Run();
        }
    }

    internal void BeginOne() => _savepoint.Run();

    internal void KeepOne() => _release.Run();

    // A job that only the undone operation changed is told of in vain: a signal is a hint.
    internal void UndoOne()
    {
        _rollbackTo.Run();
        _release.Run();
    }

    internal void Checkpoint(bool restart) => _connection.Checkpoint(restart);

    public void Dispose() => _connection.Dispose();
}
