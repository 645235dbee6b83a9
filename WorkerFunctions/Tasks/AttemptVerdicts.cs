using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>Applies a job's rules for trying again.</summary>
internal static class AttemptVerdicts
{
    /// <summary>The end of an attempt that may have done its work, nobody knows, and must not run twice.</summary>
    public static AttemptEnd Lost(TaskKey task, long token) => new()
    {
        Task = task,
        Token = token,
        Status = JobTaskStatus.Failed,
        Failure = FailureKind.Lost,
        Error = "It was broken off where it ran, and it must not run twice ('rerunOnLoss' is false).",
    };

    /// <summary>After what pause another attempt follows one that ended so; null when it was the last.</summary>
    public static TimeSpan? RetryAfter(AttemptEnd end, int attempt, string taskId, RetryRule? rule)
    {
        return rule is not null
            && end.Status is (JobTaskStatus.Failed or JobTaskStatus.TimedOut)
            && end.Failure is { } failure
            && rule.Allows(attempt, (ErrorKind)(int)failure, end.ExitCode)
                ? rule.DelayAfter(attempt, Chance.Of(end.Task.JobId, taskId, attempt))
                : null;
    }
}
