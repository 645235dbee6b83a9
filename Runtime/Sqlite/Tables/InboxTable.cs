using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Tables;

/// <summary>The writer's statements over <c>inbox</c>, and how many messages wait for whom.</summary>
internal sealed class InboxTable(Connection connection)
{
    /// <summary>Past this many inboxes the counts are forgotten and counted again when needed.</summary>
    private const int MostCounts = 100_000;

    private readonly Statement _insert = connection.Prepare(
        "INSERT INTO inbox(instance_key, id, generation, data) VALUES (?1, ?2, ?3, ?4)");
    private readonly Statement _delete = connection.Prepare("DELETE FROM inbox WHERE instance_key = ?1 AND id = ?2");
    private readonly Statement _clear = connection.Prepare("DELETE FROM inbox WHERE instance_key = ?1");
    private readonly Statement _clearGenerations = connection.Prepare(
        "DELETE FROM inbox WHERE instance_key = ?1 AND generation IS NOT NULL");
    private readonly Statement _count = connection.Prepare("SELECT count(*) FROM inbox WHERE instance_key = ?1");
    private readonly Statement _read = connection.Prepare("SELECT id, data FROM inbox WHERE instance_key = ?1 ORDER BY id");

    // A hint in memory: what is missing is counted, so forgetting is always right.
    private readonly Dictionary<long, int> _counts = [];

    internal void Insert(long instanceKey, long id, Guid? generation, StoredBytes data)
    {
        _insert.Bind(1, instanceKey);
        _insert.Bind(2, id);
        if (generation is { } only)
        {
            _insert.Bind(3, only);
        }
        else
        {
            _insert.BindNull(3);
        }

        _insert.Bind(4, data);
        _insert.Run();
        if (_counts.TryGetValue(instanceKey, out int count))
        {
            _counts[instanceKey] = count + 1;
        }
    }

    /// <summary>Whether the message was there.</summary>
    internal bool Delete(long instanceKey, long id)
    {
        _delete.Bind(1, instanceKey);
        _delete.Bind(2, id);
        if (_delete.Run() == 0)
        {
            return false;
        }

        if (_counts.TryGetValue(instanceKey, out int count))
        {
            _counts[instanceKey] = count - 1;
        }

        return true;
    }

    internal void Clear(long instanceKey)
    {
        _clear.Bind(1, instanceKey);
        _clear.Run();
        _counts.Remove(instanceKey);
    }

    /// <summary>Deletes what was meant for one particular generation.</summary>
    internal void ClearGenerations(long instanceKey)
    {
        _clearGenerations.Bind(1, instanceKey);
        _clearGenerations.Run();
        _counts.Remove(instanceKey);
    }

    internal int Count(long instanceKey)
    {
        if (_counts.TryGetValue(instanceKey, out int known))
        {
            return known;
        }

        if (_counts.Count >= MostCounts)
        {
            _counts.Clear();
        }

        _count.Bind(1, instanceKey);
        try
        {
            _count.Step();
            return _counts[instanceKey] = _count.Int32(0);
        }
        finally
        {
            _count.Reset();
        }
    }

    internal IReadOnlyList<StoredMessage> Read(long instanceKey)
    {
        List<StoredMessage>? messages = null;
        _read.Bind(1, instanceKey);
        try
        {
            while (_read.Step())
            {
                (messages ??= []).Add(new StoredMessage(_read.Int64(0), _read.Stored(1)));
            }
        }
        finally
        {
            _read.Reset();
        }

        return messages ?? (IReadOnlyList<StoredMessage>)[];
    }

    /// <summary>Something was undone: the counts may be wrong.</summary>
    internal void RolledBack() => _counts.Clear();
}
