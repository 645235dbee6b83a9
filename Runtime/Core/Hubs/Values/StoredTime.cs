namespace FuncExec.Runtime.Hubs.Values;

/// <summary>Due times as they are stored.</summary>
internal static class StoredTime
{
    private static readonly long s_last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Whole milliseconds since the Unix epoch, rounded up: a timer is never early.</summary>
    internal static long Milliseconds(DateTimeOffset time)
    {
        long whole = time.ToUnixTimeMilliseconds();
        return time.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? whole : Math.Min(whole + 1, s_last);
    }
}
