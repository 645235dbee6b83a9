using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Native;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;

namespace FuncExec.Runtime.Sqlite.Writing;

/// <summary>The writing connection: its tables, its counters and its transactions. Only the leader of the queue uses it.</summary>
internal sealed class Store : IDisposable
{
    private readonly Connection _connection;
    private readonly LogGate _gate;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _savepoint;
    private readonly Statement _release;
    private readonly Statement _rollbackTo;
    private readonly Counter[] _counters;

    internal Store(Connection connection, Sessions sessions, LogGate gate)
    {
        _gate = gate;
        _connection = connection;
        _begin = connection.Prepare("BEGIN IMMEDIATE");
        _commit = connection.Prepare("COMMIT");
        _rollback = connection.Prepare("ROLLBACK");
        _savepoint = connection.Prepare("SAVEPOINT one");
        _release = connection.Prepare("RELEASE one");
        _rollbackTo = connection.Prepare("ROLLBACK TO one");
        Sessions = sessions;
        Instances = new InstanceTable(connection);
        History = new HistoryTable(connection);
        Inbox = new InboxTable(connection);
        Activities = new ActivityTable(connection);
        Timers = new TimerTable(connection);
        SessionIds = new Counter(connection, "session", 1 << 10);
        InstanceKeys = new Counter(connection, "instance", 1 << 20);
        MessageIds = new Counter(connection, "message", 1 << 20);
        ActivitySequences = new Counter(connection, "activity", 1 << 20);
        _counters = [SessionIds, InstanceKeys, MessageIds, ActivitySequences];
        LastUnswept = ActivitySequences.Last;
    }

    internal Sessions Sessions { get; }

    internal InstanceTable Instances { get; }

    internal HistoryTable History { get; }

    internal InboxTable Inbox { get; }

    internal ActivityTable Activities { get; }

    internal TimerTable Timers { get; }

    internal Counter SessionIds { get; }

    internal Counter InstanceKeys { get; }

    internal Counter MessageIds { get; }

    internal Counter ActivitySequences { get; }

    /// <summary>
    /// Activities up to this sequence, after <see cref="Swept"/>, may be held by sessions that have ended. They are
    /// looked for there and nowhere else, so that a start or the end of a session need not touch every row.
    /// </summary>
    internal long LastUnswept { get; set; }

    /// <summary>Up to here no activity is held by an ended session.</summary>
    internal long Swept { get; set; }

    /// <summary>The ended sessions that the sweep knows of.</summary>
    internal int SweptEnds { get; set; }

    /// <summary>The pages in the write-ahead log.</summary>
    internal int WalPages => _connection.WalPages;

    internal void Begin() => _begin.Run();

    internal void Commit()
    {
        lock (_gate.Gate)
        {
            _commit.Run();
        }

        foreach (Counter counter in _counters)
        {
            counter.Committed();
        }
    }

    internal void Rollback()
    {
        // After some failures SQLite has rolled back by itself.
        if (_connection.InTransaction)
        {
            _rollback.Run();
        }

        Forget();
    }

    internal void BeginOne() => _savepoint.Run();

    internal void KeepOne() => _release.Run();

    internal void UndoOne()
    {
        _rollbackTo.Run();
        _release.Run();
        Forget();
    }

    internal void Checkpoint(bool restart) => _connection.Checkpoint(restart);

    /// <summary>Puts a message into the inbox of an instance, unless it has finished or is of another generation.</summary>
    /// <param name="target">The instance, or null when there is none.</param>
    /// <param name="generation">The only generation that may get it, or null.</param>
    /// <param name="content">The message.</param>
    /// <param name="session">Whose commit this is.</param>
    internal MessageReceipt Deliver(InstanceState? target, Guid? generation, StoredBytes content, long session)
    {
        if (target is not { } instance || instance.Status.IsFinished()
            || (generation is { } only && only != instance.Generation))
        {
            return new MessageReceipt(Delivery.Dropped, 0);
        }

        long id = MessageIds.Take();
        Inbox.Insert(instance.Key, id, generation, content);
        bool isElsewhere = instance.Owner != session && Sessions.IsLive(instance.Owner);
        return new MessageReceipt(isElsewhere ? Delivery.Elsewhere : Delivery.Here, id);
    }

    /// <summary>Deletes an instance with its history and messages. Activities stay and find nobody when they end.</summary>
    internal void Remove(long instanceKey)
    {
        History.Clear(instanceKey);
        Inbox.Clear(instanceKey);
        Timers.Clear(instanceKey);
        Instances.Delete(instanceKey);
    }

    public void Dispose() => _connection.Dispose();

    private void Forget()
    {
        foreach (Counter counter in _counters)
        {
            counter.RolledBack();
        }

        Inbox.RolledBack();
    }
}
