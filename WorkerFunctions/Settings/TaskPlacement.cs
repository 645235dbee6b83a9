namespace FuncExec.WorkerFunctions.Settings;

/// <summary>Which of several nodes with a free slot takes a task.</summary>
public enum TaskPlacement
{
    /// <summary>The one with the smallest part of its slots taken.</summary>
    LeastLoaded = 1,

    /// <summary>The one that has taken the fewest.</summary>
    RoundRobin,
}
