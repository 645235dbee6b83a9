namespace FuncExec.ScalingSimulation.Autoscaling;

/// <summary>
/// A controller that decides how many workers there are. It knows only what it is told: the simulation asks it over a model of
/// workers, and whoever has real ones may ask it as well.
/// </summary>
public interface IAutoscaler
{
    /// <summary>How often it decides.</summary>
    TimeSpan Interval { get; }

    /// <summary>Whether the workers are Jobs, which end by themselves when they are idle.</summary>
    bool WorkersEndThemselves { get; }

    /// <summary>Decides.</summary>
    /// <param name="now">The time since the beginning; never less than before.</param>
    /// <param name="recommendation">What <c>scale_recommendation</c> answers.</param>
    /// <param name="replicas">Workers that are there or start, without those that were told to end.</param>
    /// <returns>How many to start (above zero) or to end (below).</returns>
    int Decide(TimeSpan now, int recommendation, int replicas);
}
