using FuncExec.Ledger.Sqlite.Nodes;
using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Runtime.SqliteFiles;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Ledger.Sqlite.Writing;

/// <summary>The writing connection and its tables. Only the leader of the queue uses it.</summary>
internal sealed class LedgerStore : WritingStore
{
    private readonly JobSignals _signals;
    private readonly TimeProvider _time;
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    internal LedgerStore(Connection connection, NodeLives lives, JobSignals signals, LogGate gate, TimeProvider time)
        : base(connection, gate)
    {
        _signals = signals;
        _time = time;
        Lives = lives;
        Tables = new LedgerTables(connection.Prepare);
    }

    internal NodeLives Lives { get; }

    internal LedgerTables Tables { get; }

    /// <summary>The ledger's clock, in UTC.</summary>
    internal DateTimeOffset Now => _time.GetUtcNow().ToUniversalTime();

    /// <summary>Something of the job has changed; told when it is durable.</summary>
    internal void Changed(string jobId) => _changed.Add(jobId);

    // Watchers look when they are told, so they are told what can be seen: after the commit. A job that only an undone
    // operation changed is told of in vain: a signal is a hint.
    protected override void OnCommitted()
    {
        foreach (string job in _changed)
        {
            _signals.Announce(job);
        }

        _changed.Clear();
    }

    protected override void OnRolledBack() => _changed.Clear();
}
