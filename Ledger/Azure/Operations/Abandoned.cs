using FuncExec.ExecutorPlugins;
using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Operations;

/// <summary>How a running task ends that nobody living holds. Its token grows, so that whoever had it records nothing more.</summary>
internal static class Abandoned
{
    internal static TaskData Of(TaskData task, JobTaskStatus status, int losses, FailureKind? failure, string error, DateTimeOffset now) => task with
    {
        Status = status,
        Token = task.Token + 1,
        OutputToken = task.Token,
        Losses = losses,
        NextRetryAt = null,
        FinishedAt = now,
        Ended = status,
        ExitCode = null,
        Failure = failure,
        Error = error,
        Details = null,
        Stdout = null,
        Stderr = null,
    };
}
