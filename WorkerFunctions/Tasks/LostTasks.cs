using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>Finds attempts whose activity gives no answer although they have ended, or should have long ago.</summary>
public sealed class LostTasks(IJobLedger ledger, JobDocuments documents, JobCloser closer, TaskRunner runner, RunningTasks running, IOptions<AppOptions> options)
{
    /// <summary>What is to be done about an attempt, or null when it is as it should be.</summary>
    internal async Task<TaskVerdict?> LookAsync(TaskAttempt attempt, CancellationToken cancellationToken)
    {
        TaskKey key = new(attempt.JobId, attempt.Step, attempt.Index);
        if (await ledger.GetTaskAsync(key, cancellationToken) is not { } task
            || await documents.GetAsync(attempt.JobId, cancellationToken) is not { } job)
        {
            await closer.StopLostAsync(attempt.JobId, cancellationToken);
            return new TaskVerdict { Next = TaskNext.Stopped };
        }

        if (task.Status is not JobTaskStatus.Running || runner.VerdictOn(task, attempt) is not null)
        {
            return runner.VerdictOn(task, attempt);
        }

        if (running.IsAbout(key))
        {
            // Its time runs from its process's start; laying out, waiting to run alone and keeping what it left come beside.
            return null;
        }

        JobStep step = job.Steps[attempt.Step];
        TaskSettings settings = job.SettingsOf(step, step.Tasks[attempt.Index]);
        TimeSpan margin = options.Value.KillGrace + (2 * options.Value.Lease);
        if (settings.Timeout is not { } timeout || task.StartedAt + timeout + margin > ledger.Now)
        {
            return null;
        }

        AttemptEnd end = new()
        {
            Task = key,
            Token = task.Token,
            Status = JobTaskStatus.TimedOut,
            Failure = FailureKind.Timeout,
            Error = $"It ran longer than {timeout:c}, and where it ran did not end it.",
        };
        end = end with { RetryAfter = AttemptVerdicts.RetryAfter(end, task.Attempt, task.Id, settings.Retry) };
        return await ledger.EndAttemptAsync(end, cancellationToken) is EndAttemptOutcome.Recorded recorded
            ? runner.VerdictOn(recorded.Task, attempt)
            : null;
    }
}
