using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Tables;

/// <summary>The writer's statements over <c>history</c>: one row a turn.</summary>
internal sealed class HistoryTable(Connection connection)
{
    private readonly Statement _insert = connection.Prepare("INSERT INTO history(instance_key, turn, data) VALUES (?1, ?2, ?3)");
    private readonly Statement _clear = connection.Prepare("DELETE FROM history WHERE instance_key = ?1");

    private readonly Statement _cut = connection.Prepare("DELETE FROM history WHERE instance_key = ?1 AND turn >= ?2");
    private readonly Statement _replace = connection.Prepare("UPDATE history SET data = ?3 WHERE instance_key = ?1 AND turn = ?2");

    internal void Insert(long instanceKey, long turn, StoredBytes data)
    {
        _insert.Bind(1, instanceKey);
        _insert.Bind(2, turn);
        _insert.Bind(3, data);
        _insert.Run();
    }

    /// <summary>Keeps that many turns and deletes the others.</summary>
    internal void Cut(long instanceKey, long turns)
    {
        _cut.Bind(1, instanceKey);
        _cut.Bind(2, turns);
        _cut.Run();
    }

    internal void Replace(long instanceKey, long turn, StoredBytes data)
    {
        _replace.Bind(1, instanceKey);
        _replace.Bind(2, turn);
        _replace.Bind(3, data);
        _replace.Run();
    }

    internal void Clear(long instanceKey)
    {
        _clear.Bind(1, instanceKey);
        _clear.Run();
    }
}
