namespace FuncExec.Runtime.Hubs;

/// <summary>An instance's status as stored. Zero is invalid.</summary>
public enum InstanceStatus
{
    /// <summary>Created; no turn has run yet.</summary>
    Pending = 1,

    /// <summary>At least one turn has run.</summary>
    Running = 2,

    /// <summary>Running, but its code is not called until it is resumed.</summary>
    Suspended = 3,

    /// <summary>Finished with a result.</summary>
    Completed = 4,

    /// <summary>Finished with a failure.</summary>
    Failed = 5,

    /// <summary>Ended from outside.</summary>
    Terminated = 6,
}

/// <summary>What follows from an <see cref="InstanceStatus"/>.</summary>
public static class InstanceStatusExtensions
{
    /// <summary>True when the instance has finished: it runs no more unless it is revived.</summary>
    public static bool IsFinished(this InstanceStatus status) => status >= InstanceStatus.Completed;
}
