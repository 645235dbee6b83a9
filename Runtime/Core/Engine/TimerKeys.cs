using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>Timers as the hub orders them.</summary>
internal static class TimerKeys
{
    /// <summary>The key of a timer: due times are kept in whole milliseconds, rounded up, so that none fires early.</summary>
    public static TimerKey Of(long instanceKey, int timerId, DateTime fireAt)
    {
        long ticks = fireAt.Ticks - DateTime.UnixEpoch.Ticks;
        long milliseconds = ticks / TimeSpan.TicksPerMillisecond;
        if (ticks > milliseconds * TimeSpan.TicksPerMillisecond)
        {
            milliseconds++;
        }

        long latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        return new TimerKey(DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, latest)), instanceKey, timerId);
    }
}
