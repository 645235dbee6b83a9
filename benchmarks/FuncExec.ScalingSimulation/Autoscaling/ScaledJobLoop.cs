namespace FuncExec.ScalingSimulation.Autoscaling;

/// <summary>
/// KEDA with a ScaledJob of the strategy <c>default</c>: as many new Jobs as the recommendation is above those that run. It ends none.
/// </summary>
/// <param name="maxReplicas">The most Jobs at once.</param>
/// <param name="pollingInterval">How often it looks.</param>
public sealed class ScaledJobLoop(int maxReplicas, TimeSpan pollingInterval) : IAutoscaler
{
    /// <inheritdoc />
    public TimeSpan Interval => pollingInterval;

    /// <inheritdoc />
    public bool WorkersEndThemselves => true;

    /// <inheritdoc />
    public int Decide(TimeSpan now, int recommendation, int replicas) => Math.Max(0, Math.Min(recommendation, maxReplicas) - replicas);
}
