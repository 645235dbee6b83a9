using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Hubs.Values;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Tables;

/// <summary>The writer's statements over <c>timers</c>.</summary>
internal sealed class TimerTable(Connection connection)
{
    private readonly Statement _insert = connection.Prepare(
        "INSERT INTO timers(fire_at, instance_key, timer_id) VALUES (?1, ?2, ?3)");
    private readonly Statement _delete = connection.Prepare(
        "DELETE FROM timers WHERE fire_at = ?1 AND instance_key = ?2 AND timer_id = ?3");
    private readonly Statement _clear = connection.Prepare("DELETE FROM timers WHERE instance_key = ?1");

    private readonly Statement _any = connection.Prepare("SELECT 1 FROM timers WHERE instance_key = ?1 LIMIT 1");

    internal void Insert(TimerKey timer) => Run(_insert, timer);

    internal void Delete(TimerKey timer) => Run(_delete, timer);

    internal void Clear(long instanceKey)
    {
        _clear.Bind(1, instanceKey);
        _clear.Run();
    }

    /// <summary>Whether the instance has one.</summary>
    internal bool Any(long instanceKey)
    {
        _any.Bind(1, instanceKey);
        try
        {
            return _any.Step();
        }
        finally
        {
            _any.Reset();
        }
    }

    private static void Run(Statement statement, TimerKey timer)
    {
        statement.Bind(1, StoredTime.Milliseconds(timer.FireAt));
        statement.Bind(2, timer.InstanceKey);
        statement.Bind(3, timer.TimerId);
        statement.Run();
    }
}
