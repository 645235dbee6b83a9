namespace FuncExec.Orchestrator;

/// <summary>
/// The names of durable functions and of the events between them. They are in stored histories: a change of what one does
/// is a new generation beside the old one, which stays while unfinished instances use it.
/// </summary>
public static class FunctionNames
{
    /// <summary>The orchestrator of a job; its instance has the job's id.</summary>
    public const string RunJob = "RunJob_v1";

    /// <summary>The orchestrator of one lane of a step.</summary>
    public const string RunLane = "RunLane_v1";

    /// <summary>The activity that tells the root what is to be done.</summary>
    public const string PlanJob = "PlanJob_v1";

    /// <summary>The activity that runs one attempt of a task, if it may run.</summary>
    public const string RunTask = "RunTask_v1";

    /// <summary>The activity that looks after attempts that gave no answer.</summary>
    public const string CheckTasks = "CheckTasks_v1";

    /// <summary>The activity that skips a step.</summary>
    public const string CloseStep = "CloseStep_v1";

    /// <summary>The activity that notes that a job's time is over.</summary>
    public const string StopJob = "StopJob_v1";

    /// <summary>The activity that ends a job.</summary>
    public const string CloseJob = "CloseJob_v1";

    /// <summary>The event that has a job or a lane end.</summary>
    public const string CancelEvent = "funcexec.cancel";

    /// <summary>The event that tells a lane that its job is no longer suspended.</summary>
    public const string ResumeEvent = "funcexec.resume";

    /// <summary>The tag of an activity call that has the labels of its node, with commas between.</summary>
    public const string RunsOnTag = "funcexec.runsOn";

    /// <summary>The tag of an activity call that has its priority, 0 to 9.</summary>
    public const string PriorityTag = "funcexec.priority";

    /// <summary>The tag of an activity call that stays, with the value <c>job</c>, at the node that runs its job where that has room.</summary>
    public const string AffinityTag = "funcexec.affinity";
}
