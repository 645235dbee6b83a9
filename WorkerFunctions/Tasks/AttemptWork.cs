using System.Diagnostics;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Files.Attempts;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Output;
using FuncExec.WorkerFunctions.Settings;
using FuncExec.WorkerFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>Does a claimed attempt: lays its directory out, has the executor run it, keeps what it wrote and left.</summary>
public sealed partial class AttemptWork(
    IJobLedger ledger, ExecutorRegistry executors, TaskOutputs outputs, NodeHeart node, StoreWrites writes, TaskMetrics metrics, AttemptDirectories directories, AttemptFiles files, IOptions<AppOptions> options, TimeProvider time, ILogger<AttemptWork> logger)
{
    /// <summary>How often recording an end is tried, each second: what was done is worth more than what is waiting.</summary>
    private const int RecordTries = 3_600;

    /// <summary>What an executor counts as that is not here: documents may name any.</summary>
    private const string UnknownExecutor = "_unknown";

    private static readonly TimeSpan RecordPause = TimeSpan.FromSeconds(1);

    /// <summary>What an executor may take beyond a task's time and the grace before it counts as hung.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>Does the attempt and records how it ended; answers the task as it stands then, or null when it is another's.</summary>
    /// <exception cref="OperationCanceledException">The node stops or is dead; nothing of the attempt runs any more.</exception>
    public async Task<TaskRecord?> RunAsync(ClaimedAttempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        await using TaskOutputWriter output = outputs.Open(attempt.Key, attempt.Attempt.Attempt, attempt.Token);
        AttemptEnd end = await DoAsync(attempt, output, cancellationToken);
        OutputResult written = await output.CompleteAsync(CancellationToken.None);
        metrics.Wrote(written);
        end = end with
        {
            Stdout = written.Stdout,
            Stderr = written.Stderr,
            StoredBytes = end.StoredBytes + written.StoredBytes,
            Error = written.Failure is null ? end.Error : $"{end.Error} Its output is not kept whole: {written.Failure}".TrimStart(),
        };
        end = end with { RetryAfter = AttemptVerdicts.RetryAfter(end, attempt.Attempt.Attempt, attempt.Id, attempt.Settings.Retry) };
        EndAttemptOutcome outcome = await RecordAsync(end, attempt.Id, cancellationToken);
        if (outcome is EndAttemptOutcome.Recorded recorded)
        {
            metrics.Recorded(executors.TryGet(attempt.Settings.Executor!, out IExecutor? executor) ? executor.Name : UnknownExecutor, end);
            await output.DiscardSmallAsync(CancellationToken.None);
            return recorded.Task;
        }

        metrics.ClaimLost();
        await output.DiscardAllAsync(CancellationToken.None);
        return null;
    }

    /// <summary>A ledger that is away for a while is no reason to do the work again.</summary>
    private async Task<EndAttemptOutcome> RecordAsync(AttemptEnd end, string taskId, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await ledger.EndAttemptAsync(end, CancellationToken.None);
            }
            catch (LedgerUnavailableException exception) when (tries < RecordTries && !cancellationToken.IsCancellationRequested)
            {
                writes.Failed();
                NotRecorded(logger, end.Task.JobId, taskId, exception);
            }

            // When the node stops meanwhile it is tried once more.
            await Task.Delay(RecordPause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<AttemptEnd> DoAsync(ClaimedAttempt attempt, TaskOutputWriter output, CancellationToken cancellationToken)
    {
        if (!executors.TryGet(attempt.Settings.Executor!, out IExecutor? executor))
        {
            return CouldNotStart(attempt, $"There is no executor '{attempt.Settings.Executor}' here.");
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, attempt.Entry.Stopped);
        if (!executor.Capabilities.UsesDirectory)
        {
            return EndOf(attempt, await ExecuteAsync(attempt, executor, null, output, stop.Token), cancellationToken);
        }

        MakeDirectoryOutcome made = directories.Create();
        if (made is MakeDirectoryOutcome.Failed failed)
        {
            // The node's trouble, not the task's: it waits, is tried again, and goes on when there is room.
            throw new IOException(failed.Message);
        }

        await using AttemptDirectory directory = ((MakeDirectoryOutcome.Made)made).Directory;
        try
        {
            if (await files.LayOutAsync(attempt, directory.FullPath, stop.Token) is { } problem)
            {
                return CouldNotStart(attempt, problem);
            }
        }
        catch (OperationCanceledException) when (attempt.Entry.Reason is StopReason.Job)
        {
            return EndOf(attempt, new TaskOutcome.Cancelled(), cancellationToken);
        }

        AttemptEnd end = EndOf(attempt, await ExecuteAsync(attempt, executor, directory.FullPath, output, stop.Token), cancellationToken);
        try
        {
            return await files.CollectAsync(attempt, directory.FullPath, end, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && WithoutArtifacts(attempt, end) is { } cut)
        {
            return cut;
        }
    }

    /// <summary>The end of an attempt whose artifacts nobody waited for; null when it is to be done again.</summary>
    private static AttemptEnd? WithoutArtifacts(ClaimedAttempt attempt, AttemptEnd end) => attempt.Entry.Reason switch
    {
        _ when end.Status is not JobTaskStatus.Succeeded => end with { Error = $"{end.Error} Its artifacts are not kept: it was ended while they were collected." },
        StopReason.Job => end with { Status = JobTaskStatus.Cancelled, Error = "It was ended with its job while its artifacts were collected." },
        _ when attempt.Settings.RerunOnLoss is false => AttemptVerdicts.Lost(attempt.Key, attempt.Token) with
        {
            ExitCode = end.ExitCode,
            Details = end.Details,
            Error = "It had succeeded, but its node stopped before its artifacts were collected, and it must not run twice ('rerunOnLoss' is false).",
        },
        _ => null,
    };

    private async Task<TaskOutcome> ExecuteAsync(
        ClaimedAttempt attempt, IExecutor executor, string? directory, TaskOutputWriter output, CancellationToken stop)
    {
        if (!node.IsSureOfItsLife)
        {
            attempt.Entry.Stop(StopReason.NodeDead);
        }

        if (attempt.Entry.Reason is not StopReason.Job)
        {
            stop.ThrowIfCancellationRequested();
        }

        using Activity? span = AttemptSpans.Begin(attempt);
        ExecutorTask task = new()
        {
            JobId = attempt.Key.JobId,
            TaskId = attempt.Id,
            Attempt = attempt.Attempt.Attempt,
            FencingToken = attempt.Token,
            Directory = directory,
            Payload = attempt.Task.Payload,
            Timeout = attempt.Settings.Timeout,
            Lost = attempt.Entry.Lost,
            TraceParent = span?.Id,
            TraceState = span?.TraceStateString,
        };
        attempt.Entry.HasBegun = true;
        long begun = metrics.Begin();
        TaskOutcome outcome = await CallAsync(executor, task, output, stop);
        metrics.Worked(begun, executor.Name, outcome);
        AttemptSpans.End(span, outcome);
        return outcome;
    }

    private async Task<TaskOutcome> CallAsync(IExecutor executor, ExecutorTask task, TaskOutputWriter output, CancellationToken stop)
    {
        Task<TaskOutcome> execution = executor.ExecuteAsync(task, output, stop);
        if (task.Timeout is not { } timeout)
        {
            return await execution;
        }

        TimeSpan limit = timeout + options.Value.KillGrace + Margin;
        using CancellationTokenSource answered = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task hung = Task.Delay(limit, time, answered.Token);
        if (await Task.WhenAny(execution, hung) == execution || stop.IsCancellationRequested)
        {
            await answered.CancelAsync();
            return await execution;
        }

        return new TaskOutcome.TimedOut($"The executor did not answer within {limit:c}.");
    }

    private static AttemptEnd EndOf(ClaimedAttempt attempt, TaskOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome is TaskOutcome.Cancelled && attempt.Entry.Reason is not StopReason.Job)
        {
            if (attempt.Settings.RerunOnLoss is false)
            {
                return AttemptVerdicts.Lost(attempt.Key, attempt.Token);
            }

            // Not the job's wish: whoever runs it next has more to say of it.
            cancellationToken.ThrowIfCancellationRequested();
            throw new OperationCanceledException("The node's life has ended.", attempt.Entry.Stopped);
        }

        AttemptEnd end = new() { Task = attempt.Key, Token = attempt.Token, Status = JobTaskStatus.Succeeded, Details = outcome.Details?.GetRawText() };
        return outcome switch
        {
            TaskOutcome.Succeeded succeeded => end with { ExitCode = succeeded.ExitCode },
            TaskOutcome.Failed failed => end with { Status = JobTaskStatus.Failed, ExitCode = failed.ExitCode, Failure = failed.Kind, Error = failed.Message },
            TaskOutcome.TimedOut timedOut => end with { Status = JobTaskStatus.TimedOut, Failure = FailureKind.Timeout, Error = timedOut.Message },
            TaskOutcome.Cancelled => end with { Status = JobTaskStatus.Cancelled, Error = "It was ended with its job." },
            _ => throw new UnreachableException(),
        };
    }

    private static AttemptEnd CouldNotStart(ClaimedAttempt attempt, string message) => new()
    {
        Task = attempt.Key,
        Token = attempt.Token,
        Status = JobTaskStatus.Failed,
        ExitCode = TaskOutcome.NotStartedExitCode,
        Failure = FailureKind.NotFound,
        Error = message,
    };
}
