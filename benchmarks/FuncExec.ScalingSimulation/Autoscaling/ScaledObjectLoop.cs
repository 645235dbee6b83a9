namespace FuncExec.ScalingSimulation.Autoscaling;

/// <summary>
/// KEDA with a ScaledObject: KEDA itself takes the target from none to one and back to none, the HPA does the rest.
/// </summary>
public sealed class ScaledObjectLoop(ScaledObjectSettings settings) : IAutoscaler
{
    private readonly HorizontalAutoscaler _horizontal = new(settings);
    private TimeSpan _lastActive = TimeSpan.MinValue;
    private TimeSpan _nextPoll;
    private TimeSpan _nextSync;

    /// <inheritdoc />
    public TimeSpan Interval { get; } = TimeSpan.FromTicks(CommonDivisor(settings.PollingInterval.Ticks, HorizontalAutoscaler.SyncPeriod.Ticks));

    /// <inheritdoc />
    public bool WorkersEndThemselves => false;

    /// <inheritdoc />
    public int Decide(TimeSpan now, int recommendation, int replicas)
    {
        int desired = replicas;
        if (now >= _nextPoll)
        {
            _nextPoll = now + settings.PollingInterval;
            desired = Poll(now, recommendation, replicas);
        }

        if (now >= _nextSync)
        {
            _nextSync = now + HorizontalAutoscaler.SyncPeriod;
            desired = desired == 0 ? 0 : _horizontal.Desire(now, recommendation, desired);
        }

        return desired - replicas;
    }

    // Both clocks tick at multiples of it.
    private static long CommonDivisor(long a, long b) => b == 0 ? a : CommonDivisor(b, a % b);

    private int Poll(TimeSpan now, int recommendation, int replicas)
    {
        if (recommendation > 0)
        {
            _lastActive = now;
            return Math.Max(replicas, 1);
        }

        return replicas > 0 && now - _lastActive >= settings.CooldownPeriod ? 0 : replicas;
    }
}
