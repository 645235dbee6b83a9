using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Writing;

namespace FuncExec.Runtime.Sqlite.Writing;

/// <summary>The writing connection: its tables and its counters. Only the leader of the queue uses it.</summary>
internal sealed class Store : WritingStore
{
    private readonly Counter[] _counters;
    private readonly TimeProvider _time;

    internal Store(Connection connection, Sessions sessions, Signals signals, TimeProvider time, LogGate gate)
        : base(connection, gate)
    {
        Sessions = sessions;
        Signals = signals;
        _time = time;
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

    internal Signals Signals { get; }

    /// <summary>The hub's clock.</summary>
    internal DateTimeOffset Now => _time.GetUtcNow();

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
        return isElsewhere ? new MessageReceipt(Delivery.Elsewhere, id, instance.Owner) : new MessageReceipt(Delivery.Here, id);
    }

    /// <summary>Deletes an instance with its history and messages. Activities stay and find nobody when they end.</summary>
    internal void Remove(long instanceKey)
    {
        History.Clear(instanceKey);
        Inbox.Clear(instanceKey);
        Timers.Clear(instanceKey);
        Instances.Delete(instanceKey);
    }

    protected override void OnCommitted()
    {
        foreach (Counter counter in _counters)
        {
            counter.Committed();
        }
    }

    protected override void OnRolledBack()
    {
        foreach (Counter counter in _counters)
        {
            counter.RolledBack();
        }

        Inbox.RolledBack();
    }

    protected override void OnOneUndone() => OnRolledBack();
}
