using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Tables;

/// <summary>The writer's statements over <c>history</c>: one row a turn.</summary>
internal sealed class HistoryTable(Connection connection)
{
    private readonly Statement _insert = connection.Prepare("INSERT INTO history(instance_key, turn, data) VALUES (?1, ?2, ?3)");
    private readonly Statement _clear = connection.Prepare("DELETE FROM history WHERE instance_key = ?1");

    internal void Insert(long instanceKey, long turn, StoredBytes data)
    {
        _insert.Bind(1, instanceKey);
        _insert.Bind(2, turn);
        _insert.Bind(3, data);
        _insert.Run();
    }

    internal void Clear(long instanceKey)
    {
        _clear.Bind(1, instanceKey);
        _clear.Run();
    }
}
