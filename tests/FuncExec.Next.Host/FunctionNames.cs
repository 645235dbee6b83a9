extern alias present;

using Present = present::FuncExec.Orchestrator.FunctionNames;

namespace FuncExec.Orchestrator;

/// <summary>The names of functions as the next release has them: jobs begin with another generation of their orchestrator.</summary>
internal static class FunctionNames
{
    public const string RunJob = "RunJob_v2";

    /// <summary>An activity that only the next release has.</summary>
    public const string GreetJob = "GreetJob_v2";

    public const string PlanJob = Present.PlanJob;
    public const string RunTask = Present.RunTask;
    public const string CheckTasks = Present.CheckTasks;
    public const string CloseStep = Present.CloseStep;
    public const string StopJob = Present.StopJob;
    public const string CloseJob = Present.CloseJob;
    public const string CancelEvent = Present.CancelEvent;
    public const string ResumeEvent = Present.ResumeEvent;
}
