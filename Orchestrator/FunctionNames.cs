namespace FuncExec.Orchestrator;

/// <summary>The names of durable functions. They are in stored histories: a change is a new name beside the old one.</summary>
public static class FunctionNames
{
    /// <summary>The orchestrator that runs a job.</summary>
    public const string RunJob = "RunJob_v0";

    /// <summary>The activity that runs one attempt of a task.</summary>
    public const string RunTask = "RunTask_v0";
}
