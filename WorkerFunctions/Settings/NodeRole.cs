namespace FuncExec.WorkerFunctions.Settings;

/// <summary>What a node does for its hub.</summary>
public enum NodeRole
{
    /// <summary>Everything.</summary>
    All = 1,

    /// <summary>Answers over HTTP and runs orchestrations, and no tasks.</summary>
    Api,

    /// <summary>Runs tasks, and no orchestrations.</summary>
    Worker,
}
