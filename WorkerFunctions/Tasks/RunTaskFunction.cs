using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Running;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>The activity that runs one attempt of a task. It may run more than once, like every activity.</summary>
public sealed class RunTaskFunction(
    ExecutorRegistry executors, TaskSlots slots, WorkDirectory work, IOptions<AppOptions> options, TimeProvider time, ILogger<RunTaskFunction> logger)
{
    /// <summary>What an executor may take beyond a task's time and the grace before it counts as hung.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>Runs the attempt. What the work does is a result; only broken infrastructure throws.</summary>
    [Function(FunctionNames.RunTask)]
    public async Task<AttemptResult> RunTask([ActivityTrigger] TaskAttempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        if (!executors.TryGet(attempt.Executor, out IExecutor? executor))
        {
            return new AttemptResult
            {
                Status = JobTaskStatus.Failed,
                ExitCode = TaskOutcome.NotStartedExitCode,
                Error = $"There is no executor '{attempt.Executor}' here.",
            };
        }

        using IDisposable slot = await slots.TakeAsync(cancellationToken);
        TimeSpan? rest = attempt.Deadline - time.GetUtcNow().UtcDateTime;
        if (rest <= TimeSpan.Zero)
        {
            return new AttemptResult { Status = JobTaskStatus.Cancelled, Error = "It was not started: the job's time was over.", JobTimedOut = true };
        }

        bool jobEndsFirst = rest is not null && !(attempt.Timeout <= rest);
        TimeSpan? timeout = jobEndsFirst ? rest : attempt.Timeout;
        OutputTail output = new(attempt.OutputLimit);
        using AttemptDirectory? directory = executor.Capabilities is { UsesDirectory: true } ? AttemptDirectory.Create(work.FullPath, logger) : null;
        ExecutorTask task = new()
        {
            JobId = attempt.JobId,
            TaskId = attempt.TaskId,
            Attempt = attempt.Attempt,
            Directory = directory?.FullPath,
            Payload = attempt.Payload,
            Timeout = timeout,
        };
        TaskOutcome outcome = await ExecuteAsync(executor, task, output, cancellationToken);

        // A node that stops has nothing to say of the attempt: another runs it again.
        cancellationToken.ThrowIfCancellationRequested();
        return AttemptResults.From(outcome, output, jobEndsFirst);
    }

    private async Task<TaskOutcome> ExecuteAsync(IExecutor executor, ExecutorTask task, OutputTail output, CancellationToken cancellationToken)
    {
        Task<TaskOutcome> execution = executor.ExecuteAsync(task, output, cancellationToken);
        if (task.Timeout is not { } timeout)
        {
            return await execution;
        }

        TimeSpan limit = timeout + options.Value.KillGrace + Margin;
        using CancellationTokenSource answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task hung = Task.Delay(limit, time, answered.Token);
        if (await Task.WhenAny(execution, hung) == execution || cancellationToken.IsCancellationRequested)
        {
            await answered.CancelAsync();
            return await execution;
        }

        return new TaskOutcome.TimedOut($"The executor did not answer within {limit:c}.");
    }
}
