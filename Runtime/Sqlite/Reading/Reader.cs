using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Tables;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;
using FuncExec.Runtime.SqliteFiles.Reading;

namespace FuncExec.Runtime.Sqlite.Reading;

/// <summary>One read-only connection and what is asked of it.</summary>
internal sealed class Reader(Connection connection) : IStoreReader
{
    private readonly Statement _find = connection.Prepare(
        $"SELECT {InstanceTable.RecordColumns} FROM instances WHERE id = ?1");
    private readonly Statement _history = connection.Prepare(
        "SELECT data FROM history WHERE instance_key = ?1 AND turn >= ?2 ORDER BY turn LIMIT ?3");
    private readonly Statement _held = connection.Prepare(
        $"SELECT {ActivityTable.Columns} FROM {ActivityTable.Source} "
        + "WHERE a.sequence > ?1 AND a.owner = ?2 AND i.key IS NOT NULL ORDER BY a.sequence LIMIT ?3");

    public Snapshot Snapshot { get; } = new(connection);

    internal InstanceQueries Instances { get; } = new(connection);

    internal ReadyQueries Ready { get; } = new(connection);

    internal TimerQueries Timers { get; } = new(connection);

    internal Backlog Backlog { get; } = new(connection);

    internal InstanceRecord? Find(StoredText id)
    {
        _find.Bind(1, id);
        try
        {
            return _find.Step() ? InstanceTable.ReadRecord(_find) : null;
        }
        finally
        {
            _find.Reset();
        }
    }

    internal IReadOnlyList<ReadOnlyMemory<byte>> ReadHistory(long instanceKey, long firstTurn, int maxTurns)
    {
        var turns = new List<ReadOnlyMemory<byte>>();
        _history.Bind(1, instanceKey);
        _history.Bind(2, firstTurn);
        _history.Bind(3, maxTurns);
        try
        {
            while (_history.Step())
            {
                turns.Add(_history.Stored(0));
            }
        }
        finally
        {
            _history.Reset();
        }

        return turns;
    }

    internal IReadOnlyList<LeasedActivity> ReadHeld(long session, long afterSequence, int max)
    {
        var held = new List<LeasedActivity>();
        _held.Bind(1, afterSequence);
        _held.Bind(2, session);
        _held.Bind(3, max);
        try
        {
            while (_held.Step())
            {
                held.Add(ActivityTable.Read(_held, _held.Int32(2)));
            }
        }
        finally
        {
            _held.Reset();
        }

        return held;
    }

    public void Dispose() => connection.Dispose();
}
