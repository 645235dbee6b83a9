using System.Diagnostics;
using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Running;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>Says an executor's outcome in the orchestrator's words.</summary>
internal static class AttemptResults
{
    public static AttemptResult From(TaskOutcome outcome, OutputTail output, bool jobEndsFirst)
    {
        AttemptResult result = outcome switch
        {
            TaskOutcome.Succeeded succeeded => new() { Status = JobTaskStatus.Succeeded, ExitCode = succeeded.ExitCode },
            TaskOutcome.Failed failed => new() { Status = JobTaskStatus.Failed, ExitCode = failed.ExitCode, Error = failed.Message },
            TaskOutcome.TimedOut when jobEndsFirst => new() { Status = JobTaskStatus.TimedOut, Error = "It was ended: the job's time was over.", JobTimedOut = true },
            TaskOutcome.TimedOut timedOut => new() { Status = JobTaskStatus.TimedOut, Error = timedOut.Message },
            TaskOutcome.Cancelled => new() { Status = JobTaskStatus.Cancelled, Error = "It was cancelled." },
            _ => throw new UnreachableException(),
        };
        return result with { Stdout = output.Stdout, Stderr = output.Stderr, IsTruncated = output.IsTruncated };
    }
}
