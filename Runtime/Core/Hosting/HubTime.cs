using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Hosting;

/// <summary>A time provider whose time of day is a hub's; waits and durations are the machine's.</summary>
public sealed class HubTime : TimeProvider
{
    private readonly TimeProvider _inner;
    private readonly IHubClock _clock;

    private HubTime(TimeProvider inner, IHubClock clock)
    {
        _inner = inner;
        _clock = clock;
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => _inner.TimestampFrequency;

    /// <summary>The time of a hub that has a clock, else the one given.</summary>
    public static TimeProvider Of(IHub? hub, TimeProvider time) => hub is IHubClock clock ? new HubTime(time, clock) : time;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _clock.Now;

    /// <inheritdoc/>
    public override long GetTimestamp() => _inner.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _inner.CreateTimer(callback, state, dueTime, period);
}
