namespace FuncExec.Runtime.Hosting;

/// <summary>Which of several nodes that have room for an activity with a limit of its own takes it.</summary>
public enum ActivityPlacement
{
    /// <summary>The one with the smallest part of its places taken, so that those with more places get more.</summary>
    LeastLoaded = 1,

    /// <summary>The one that has taken the fewest, whatever its places. What it could not take while it had no room is not made up for without end.</summary>
    RoundRobin = 2,
}
