using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Reading;

/// <summary>Finds instances with something to do: three sorted sources, merged by key.</summary>
internal sealed class ReadyQueries(Connection connection)
{
    // The planner takes a partial index only where the query repeats the index's own condition.
    private readonly Statement _nextPending = connection.Prepare(
        "SELECT key FROM instances INDEXED BY instances_to_begin "
        + "WHERE status = 1 AND start_at IS NULL AND key > ?1 ORDER BY key LIMIT 1");
    private readonly Statement _nextBegunAnew = connection.Prepare(
        "SELECT key FROM instances INDEXED BY instances_begun_anew "
        + "WHERE status = 2 AND version = 1 AND key > ?1 ORDER BY key LIMIT 1");
    private readonly Statement _nextInbox = connection.Prepare(
        "SELECT instance_key FROM inbox WHERE instance_key > ?1 ORDER BY instance_key LIMIT 1");
    private readonly Statement _instance = connection.Prepare("SELECT id, owner, partition, name FROM instances WHERE key = ?1");

    internal ReadyPage Read(ReadyRequest request, Sessions sessions)
    {
        var ready = new List<ReadyInstance>();
        HashSet<int>? partitions = request.Partitions?.ToHashSet();
        long key = request.AfterKey;
        long pending = Next(_nextPending, key);
        long begunAnew = Next(_nextBegunAnew, key);
        long inbox = Next(_nextInbox, key);
        while (Math.Min(Math.Min(pending, begunAnew), inbox) is var next && next != long.MaxValue)
        {
            if (ready.Count == request.Max)
            {
                return new ReadyPage(ready, key);
            }

            key = next;
            if (FindIfFree(key, request.Session, partitions, sessions) is { } instance)
            {
                ready.Add(instance);
            }

            pending = pending > key ? pending : Next(_nextPending, key);
            begunAnew = begunAnew > key ? begunAnew : Next(_nextBegunAnew, key);
            inbox = inbox > key ? inbox : Next(_nextInbox, key);
        }

        return new ReadyPage(ready, null);
    }

    private ReadyInstance? FindIfFree(long key, long session, HashSet<int>? partitions, Sessions sessions)
    {
        _instance.Bind(1, key);
        try
        {
            if (!_instance.Step() || (partitions is not null && !partitions.Contains(_instance.Int32(2))))
            {
                return null;
            }

            long owner = _instance.Int64(1);
            return owner == session || !sessions.IsLive(owner) ? new ReadyInstance(_instance.Text(0), _instance.Text(3)) : null;
        }
        finally
        {
            _instance.Reset();
        }
    }

    private static long Next(Statement query, long after)
    {
        query.Bind(1, after);
        try
        {
            return query.Step() ? query.Int64(0) : long.MaxValue;
        }
        finally
        {
            query.Reset();
        }
    }
}
