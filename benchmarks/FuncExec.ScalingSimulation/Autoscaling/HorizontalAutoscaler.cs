namespace FuncExec.ScalingSimulation.Autoscaling;

/// <summary>
/// The documented loop of the Kubernetes HPA for one external metric with a target of one per pod: the ratio with its tolerance, the
/// windows of stabilization, the policies.
/// </summary>
public sealed class HorizontalAutoscaler(ScaledObjectSettings settings)
{
    /// <summary>How often the controller looks, unless it was told otherwise.</summary>
    public static readonly TimeSpan SyncPeriod = TimeSpan.FromSeconds(15);

    private const double Tolerance = 0.1;

    private readonly List<(TimeSpan At, int Replicas)> _recommendations = [];
    private readonly List<(TimeSpan At, int Change)> _changes = [];

    /// <summary>How many replicas there should be.</summary>
    /// <param name="now">The time since the beginning.</param>
    /// <param name="metric">The metric's total.</param>
    /// <param name="current">How many there are; at zero the HPA is off.</param>
    public int Desire(TimeSpan now, int metric, int current)
    {
        if (current == 0)
        {
            _recommendations.Clear();
            return 0;
        }

        int proposed = Math.Abs(((double)metric / current) - 1) <= Tolerance ? current : metric;
        int desired = Limit(now, Stabilize(now, Math.Clamp(proposed, 1, settings.MaxReplicas), current), current);
        if (desired != current)
        {
            _changes.Add((now, desired - current));
        }

        return desired;
    }

    // Upwards there is no window: the newest recommendation counts.
    private int Stabilize(TimeSpan now, int proposed, int current)
    {
        _recommendations.RemoveAll(entry => entry.At <= now - settings.ScaleDownWindow);
        _recommendations.Add((now, proposed));
        return proposed >= current ? proposed : Math.Min(current, _recommendations.Max(static entry => entry.Replicas));
    }

    private int Limit(TimeSpan now, int desired, int current) => desired > current
        ? Math.Min(desired, settings.ScaleUp.Max(policy => Most(policy, current - Sum(now, policy.Period, static change => Math.Max(change, 0)))))
        : Math.Max(desired, settings.ScaleDown.Min(policy => Least(policy, current - Sum(now, policy.Period, static change => Math.Min(change, 0)))));

    private int Sum(TimeSpan now, TimeSpan period, Func<int, int> part) =>
        _changes.Where(change => change.At > now - period).Sum(change => part(change.Change));

    private static int Most(ScalingPolicy policy, int atBegin) =>
        policy.IsPercent ? (int)Math.Ceiling(atBegin * (1 + (policy.Value / 100.0))) : atBegin + policy.Value;

    private static int Least(ScalingPolicy policy, int atBegin) =>
        policy.IsPercent ? (int)(atBegin * (1 - (policy.Value / 100.0))) : atBegin - policy.Value;
}
