namespace FuncExec.Runtime.PostgresStore;

/// <summary>
/// The server's clock between two looks at it, by this machine's monotonic one: nodes whose own clocks differ go by one time. Until the
/// first look it is the machine's.
/// </summary>
/// <param name="time">The machine's clocks.</param>
internal sealed class ServerClock(TimeProvider time)
{
    /// <summary>An answer that took longer tells little; it is taken only for want of a better one.</summary>
    private static readonly TimeSpan s_prompt = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan s_old = TimeSpan.FromMinutes(1);

    private volatile Look? _last;

    internal DateTimeOffset Now => _last is { } last ? last.Server + time.GetElapsedTime(last.At) : time.GetUtcNow();

    /// <summary>The moment before the server is asked.</summary>
    internal long Ask() => time.GetTimestamp();

    /// <summary>Takes what the server said its time was, somewhere between then and now.</summary>
    internal void Set(long asked, DateTimeOffset server)
    {
        TimeSpan took = time.GetElapsedTime(asked);
        if (took <= s_prompt || _last is not { } last || time.GetElapsedTime(last.At) > s_old)
        {
            _last = new Look(server + (took / 2), time.GetTimestamp());
        }
    }

    private sealed record Look(DateTimeOffset Server, long At);
}
