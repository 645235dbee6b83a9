using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Runtime.Sqlite.Reading;

/// <summary>Timers in the order in which they are due.</summary>
internal sealed class TimerQueries(Connection connection)
{
    private readonly Statement _due = connection.Prepare(
        """
        SELECT t.fire_at, t.instance_key, t.timer_id, i.id, i.owner
        FROM timers t CROSS JOIN instances i ON i.key = t.instance_key
        WHERE (t.fire_at, t.instance_key, t.timer_id) > (?1, ?2, ?3) AND t.fire_at <= ?4
        ORDER BY t.fire_at, t.instance_key, t.timer_id
        """);

    internal IReadOnlyList<StoredTimer> Read(long session, TimerKey after, DateTimeOffset until, int max, Sessions sessions)
    {
        var timers = new List<StoredTimer>();
        bool isWhole = after.FireAt.UtcTicks % TimeSpan.TicksPerMillisecond == 0;
        _due.Bind(1, after.FireAt.ToUnixTimeMilliseconds());
        _due.Bind(2, isWhole ? after.InstanceKey : long.MaxValue);
        _due.Bind(3, isWhole ? after.TimerId : long.MaxValue);
        _due.Bind(4, until.ToUnixTimeMilliseconds());
        try
        {
            while (timers.Count < max && _due.Step())
            {
                long owner = _due.Int64(4);
                if (owner == session || !sessions.IsLive(owner))
                {
                    var fireAt = DateTimeOffset.FromUnixTimeMilliseconds(_due.Int64(0));
                    timers.Add(new StoredTimer(new TimerKey(fireAt, _due.Int64(1), _due.Int32(2)), _due.Text(3)));
                }
            }
        }
        finally
        {
            _due.Reset();
        }

        return timers;
    }
}
