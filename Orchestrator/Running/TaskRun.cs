using FuncExec.Orchestrator.Jobs;
using Microsoft.DurableTask;

namespace FuncExec.Orchestrator.Running;

/// <summary>Runs one task: its attempts and the pauses between them.</summary>
internal sealed class TaskRun(TaskOrchestrationContext context, JobPlan plan, JobClock clock)
{
    /// <summary>For what fails around a command; what fails in it is a result and has the job's own rule.</summary>
    private static readonly TaskOptions InfrastructureRetry = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 5, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 3, maxRetryInterval: TimeSpan.FromMinutes(1)));

    public async Task<TaskRecord> RunAsync(JobStep step, int index)
    {
        JobTask task = step.Tasks[index];
        TaskSettings settings = plan.Job.SettingsOf(step, task);
        string id = JobTask.Id(step.Name, index);
        if (clock.IsOverAfter(TimeSpan.Zero))
        {
            return new TaskRecord(step, index, 0, NeverStarted());
        }

        for (int attempt = 1; ; attempt++)
        {
            AttemptResult result = await RunAttemptAsync(id, attempt, task, settings);
            TaskRecord record = new(step, index, attempt, result);
            if (result.Status is not (JobTaskStatus.Failed or JobTaskStatus.TimedOut)
                || result.JobTimedOut
                || settings.Retry is not { } retry
                || !retry.Allows(attempt, result.ExitCode))
            {
                return record;
            }

            TimeSpan pause = retry.DelayAfter(attempt, Chance.Of(context.InstanceId, id, attempt));
            if (clock.IsOverAfter(pause))
            {
                return record with { Result = result with { JobTimedOut = true } };
            }

            if (pause > TimeSpan.Zero)
            {
                await context.CreateTimer(pause, CancellationToken.None);
            }
        }
    }

    private static AttemptResult NeverStarted() => new()
    {
        Status = JobTaskStatus.Cancelled,
        Error = "It was not started: the job's time was over.",
        JobTimedOut = true,
    };

    private async Task<AttemptResult> RunAttemptAsync(string id, int attempt, JobTask task, TaskSettings settings)
    {
        TaskAttempt input = new()
        {
            JobId = context.InstanceId,
            TaskId = id,
            Attempt = attempt,
            Executor = settings.Executor!,
            Payload = task.Payload,
            Timeout = settings.Timeout,
            Deadline = clock.Deadline,
            OutputLimit = plan.OutputLimit,
        };
        try
        {
            Task<AttemptResult> running = context.CallActivityAsync<AttemptResult>(FunctionNames.RunTask, input, InfrastructureRetry);
            return await clock.WaitForAsync(running) ? await running : NoAnswer();
        }
        catch (TaskFailedException exception)
        {
            return new AttemptResult { Status = JobTaskStatus.Failed, Error = $"It could not be run: {exception.FailureDetails.ErrorMessage}" };
        }
    }

    private static AttemptResult NoAnswer() => new()
    {
        Status = JobTaskStatus.TimedOut,
        Error = "The job's time was over, and there was no answer from where it ran.",
        JobTimedOut = true,
    };
}
