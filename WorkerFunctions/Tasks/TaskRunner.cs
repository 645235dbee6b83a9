using System.Diagnostics;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Nodes;
using Microsoft.Extensions.Logging;

namespace FuncExec.WorkerFunctions.Tasks;

/// <summary>
/// Runs an attempt if it may run: claims it, has it done, records its end, and says what its lane does next. May be
/// called any number of times for the same attempt; whatever was recorded first is what all of them answer.
/// </summary>
public sealed partial class TaskRunner(
    IJobLedger ledger, JobSignals signals, JobDocuments documents, JobCloser closer, NodeHeart node, TaskSlots slots, RunningTasks running, OwedClaims owed, AttemptWork work, TimeProvider time, ILogger<TaskRunner> logger)
{
    /// <summary>Beneath the signal, how often a task that another node holds is looked at.</summary>
    private static readonly TimeSpan HeldPoll = TimeSpan.FromSeconds(1);

    /// <summary>Runs the attempt, waiting for a slot.</summary>
    /// <exception cref="OperationCanceledException">The node stops; the attempt is due again.</exception>
    public async Task<TaskVerdict> RunAsync(TaskAttempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        TaskKey key = new(attempt.JobId, attempt.Step, attempt.Index);
        await node.WaitUntilBornAsync(cancellationToken);
        while (true)
        {
            ClaimOutcome outcome;

            // In this order: who waits for another call about the task must not hold a slot, for that one may need all of them.
            using (RunningTask entry = await running.EnterAsync(key, cancellationToken))
            using (IDisposable slot = await slots.TakeAsync(cancellationToken))
            {
                if (entry.Stopped.IsCancellationRequested)
                {
                    continue; // While it waited. What it was told was about what ran then.
                }

                if (await documents.GetAsync(attempt.JobId, cancellationToken) is not { } job)
                {
                    // Deleted, or nobody can tell any more what the task is. Its job ends, saying so, and its lane with it.
                    await closer.StopLostAsync(attempt.JobId, cancellationToken);
                    return new TaskVerdict { Next = TaskNext.Stopped };
                }

                TaskClaim claim = ClaimOf(key, attempt, job);
                outcome = await ClaimAsync(claim, cancellationToken);
                if (outcome is ClaimOutcome.Claimed claimed)
                {
                    TaskRecord? ended = await RunClaimedAsync(entry, attempt, job, claim, claimed, slot, cancellationToken);
                    if (ended is not null && VerdictOn(ended, attempt) is { } verdict)
                    {
                        return verdict;
                    }
                }
            }

            if (Answer(outcome, attempt) is { } answer && !(answer.Next is TaskNext.Held && await StillRunsAsync(key, cancellationToken)))
            {
                return answer;
            }

            // Another node has it, or this node's life has just ended: without a slot, until something changes.
            await WaitAsync(attempt.JobId, cancellationToken);
        }
    }

    /// <summary>What a lane does next with a task that stands as it does; null when the attempt is due or runs.</summary>
    internal TaskVerdict? VerdictOn(TaskRecord task, TaskAttempt attempt) => task.Status switch
    {
        JobTaskStatus.Running when task.Attempt > attempt.Attempt => new TaskVerdict
        {
            Next = TaskNext.Retry,
            Attempt = task.Attempt - 1,
            ExitCode = task.ExitCode,
            RetryAfter = TimeSpan.Zero,
        },
        JobTaskStatus.Running => null,

        // Without a time when the next attempt was claimed before, and given back.
        JobTaskStatus.Queued when task.Attempt >= attempt.Attempt => new TaskVerdict
        {
            Next = TaskNext.Retry,
            Attempt = task.Attempt,
            ExitCode = task.ExitCode,
            RetryAfter = task.NextRetryAt - ledger.Now is { } pause && pause > TimeSpan.Zero ? pause : TimeSpan.Zero,
        },
        JobTaskStatus.Queued => null,
        _ => new TaskVerdict { Next = TaskNext.Ended, Status = task.Status, Attempt = task.Attempt, ExitCode = task.ExitCode },
    };

    private TaskClaim ClaimOf(TaskKey key, TaskAttempt attempt, Job job)
    {
        JobStep step = job.Steps[attempt.Step];
        TaskSettings settings = job.SettingsOf(step, step.Tasks[attempt.Index]);
        string id = JobTask.Id(step.Name, attempt.Index);
        return new TaskClaim
        {
            Task = key,
            Attempt = attempt.Attempt,
            Node = node.Id,
            RerunOnLoss = settings.RerunOnLoss ?? true,
            RetryAfterLoss = AttemptVerdicts.RetryAfter(AttemptVerdicts.Lost(key, 0), attempt.Attempt, id, settings.Retry),
        };
    }

    private async Task<ClaimOutcome> ClaimAsync(TaskClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            ClaimOutcome outcome = await ledger.ClaimAsync(claim, cancellationToken);
            if (outcome is not ClaimOutcome.Held held || held.Node != claim.Node)
            {
                return outcome;
            }

            // Only one call at a time is about a task: what this node holds is of one that failed on its way.
            await owed.GiveBackAsync(claim, held.Token, cancellationToken);
            return await ledger.ClaimAsync(claim, cancellationToken);
        }
        catch (Exception exception) when (exception is LedgerUnavailableException or OperationCanceledException)
        {
            // It may have been made all the same; nothing has begun of it.
            owed.Add(claim with { RerunOnLoss = true });
            throw;
        }
    }

    private async Task<TaskRecord?> RunClaimedAsync(
        RunningTask entry, TaskAttempt attempt, Job job, TaskClaim claim, ClaimOutcome.Claimed claimed, IDisposable slot, CancellationToken cancellationToken)
    {
        IDisposable? all = null;
        try
        {
            if (claimed.Alone)
            {
                slot.Dispose();
                using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, entry.Stopped);
                all = await slots.TakeAllAsync(stop.Token);
            }

            return await work.RunAsync(new ClaimedAttempt(entry, attempt, job, claimed.Token), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || entry.Stopped.IsCancellationRequested)
        {
            // The node stops, or is dead: nothing of the attempt runs any more, and nothing counts as lost, unless it must
            // not run twice: then the claim stays, and whoever claims next finds that it is.
            await ReleaseAsync(entry, claim, claimed.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
        catch (Exception exception) // Whatever is broken around the work: the attempt is due again, and is not shown as running.
        {
            NotRun(logger, entry.Key.JobId, entry.Key.Step, entry.Key.Index, exception);
            await ReleaseAsync(entry, claim, claimed.Token);
            throw;
        }
        finally
        {
            all?.Dispose();
        }
    }

    private async Task ReleaseAsync(RunningTask entry, TaskClaim claim, long token)
    {
        claim = claim with { RerunOnLoss = claim.RerunOnLoss || !entry.HasBegun };
        if (!claim.RerunOnLoss)
        {
            owed.Add(claim);
            return;
        }

        try
        {
            await ledger.ReleaseAsync(entry.Key, token, CancellationToken.None);
        }
        catch (LedgerUnavailableException)
        {
            owed.Add(claim); // That may be what is broken.
        }
    }

    private TaskVerdict? Answer(ClaimOutcome outcome, TaskAttempt attempt) => outcome switch
    {
        ClaimOutcome.Ended ended => VerdictOn(ended.Task, attempt),
        ClaimOutcome.AttemptEnded ended => VerdictOn(ended.Task, attempt),
        ClaimOutcome.Suspended => new TaskVerdict { Next = TaskNext.Held },
        ClaimOutcome.Stopping or ClaimOutcome.NotFound => new TaskVerdict { Next = TaskNext.Stopped },
        ClaimOutcome.Held or ClaimOutcome.NodeDead or ClaimOutcome.Claimed => null,
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Whether a task of a job that is held is somebody's all the same: what ran goes on. Should that node die, whoever claims next gives the task
    /// back; if nobody did, it would be shown as running until the job goes on.
    /// </summary>
    private async Task<bool> StillRunsAsync(TaskKey key, CancellationToken cancellationToken) =>
        await ledger.GetTaskAsync(key, cancellationToken) is { Status: JobTaskStatus.Running };

    private async Task WaitAsync(string jobId, CancellationToken cancellationToken)
    {
        using JobWatch watch = signals.Watch(jobId);
        await watch.WaitAsync(HeldPoll, time, cancellationToken);
    }
}
