using System.Globalization;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger.Sqlite.Reading;
using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Sqlite.Writing;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite.Operations;

/// <summary>
/// Claims an attempt. What has ended is answered first, then what nobody may start, then who runs it; only then is
/// anything written.
/// </summary>
internal static class ClaimOperation
{
    internal static ClaimOutcome Run(LedgerStore store, TaskClaim claim)
    {
        LedgerTables tables = store.Tables;
        TaskKey key = claim.Task;
        if (JobOperations.FindSeen(store, key.JobId) is not { } job)
        {
            return new ClaimOutcome.NotFound();
        }

        StoredTask? task = tables.Tasks.Find(job.Key, key.Step, key.Index);
        StoredStep? step = task is null ? tables.Steps.Find(job.Key, key.Step) : null;
        if (task is null && (step is null || key.Index >= step.Total))
        {
            return new ClaimOutcome.NotFound();
        }

        if ((task?.Status ?? step!.VirtualStatus) is not (JobTaskStatus.Queued or JobTaskStatus.Running))
        {
            return new ClaimOutcome.Ended(Read(tables, job, key));
        }

        bool isRunning = task?.Status is JobTaskStatus.Running;
        int due = (task?.Attempt ?? 0) + (isRunning ? 0 : 1);
        if (claim.Attempt < due)
        {
            return new ClaimOutcome.AttemptEnded(Read(tables, job, key));
        }

        if (claim.Attempt > due)
        {
            throw new ArgumentException(
                $"Attempt {claim.Attempt} of task {key.Index} of step {key.Step} of job '{key.JobId}' is not due; {due} is.", nameof(claim));
        }

        string? holder = isRunning ? store.Lives.FindId(task!.Node) : null;
        if (MayNotStart(job.Job) is { } refusal)
        {
            bool isOfTheDead = isRunning && holder is null && store.Lives.FindKey(claim.Node) is not null;
            return refusal is ClaimOutcome.Suspended && isOfTheDead ? GiveUp(new JobChange(store, job), claim, task!) : refusal;
        }

        if (holder is not null)
        {
            return new ClaimOutcome.Held(holder, task!.Token);
        }

        return store.Lives.FindKey(claim.Node) is { } node
            ? Take(new JobChange(store, job), claim, task, node)
            : new ClaimOutcome.NodeDead();
    }

    private static ClaimOutcome? MayNotStart(JobRecord job) => job switch
    {
        { State: JobState.Preparing } => throw new InvalidOperationException($"The job '{job.Id}' is not complete yet; it cannot run."),
        { State: JobState.Finished } or { Stop: not null } => new ClaimOutcome.Stopping(),
        { IsSuspended: true } => new ClaimOutcome.Suspended(),
        _ => null,
    };

    private static ClaimOutcome Take(JobChange change, TaskClaim claim, StoredTask? task, long node)
    {
        TaskKey key = claim.Task;
        bool isLoss = task?.Status is JobTaskStatus.Running;
        int losses = (task?.Losses ?? 0) + (isLoss ? 1 : 0);
        if (isLoss && (!claim.RerunOnLoss || losses > TaskClaim.LossesBeforeAlone))
        {
            return EndAsLost(change, claim, task!, losses);
        }

        if (task is { Status: JobTaskStatus.Queued, Attempt: > 0 })
        {
            change.Tables.Tasks.KeepAttempt(change.Key, key);
        }

        var claimed = new StoredTask(JobTaskStatus.Running, claim.Attempt, (task?.Token ?? 0) + 1, losses, node, 0);
        change.Tables.Tasks.Claim(change.Key, key, claimed, change.Now, isNew: task is null);
        if (!isLoss)
        {
            change.Tables.Steps.Move(change.Key, key.Step, task?.Status, JobTaskStatus.Running);
        }

        change.TellTask(new TaskPlace(key.Step, key.Index), JobTaskStatus.Running, claimed.Attempt, claimed.Token, default);
        change.Save();
        return new ClaimOutcome.Claimed(claimed.Token, change.Now, losses >= TaskClaim.LossesBeforeAlone);
    }

    /// <summary>
    /// Of a job that is held: what a dead node ran is not taken over, and must not be shown as running until somebody lets the
    /// job go on. The attempt is due again, and the loss counts.
    /// </summary>
    private static ClaimOutcome GiveUp(JobChange change, TaskClaim claim, StoredTask task)
    {
        int losses = task.Losses + 1;
        if (!claim.RerunOnLoss || losses > TaskClaim.LossesBeforeAlone)
        {
            return EndAsLost(change, claim, task, losses);
        }

        change.Tables.Tasks.GiveUp(change.Key, claim.Task);
        change.Tables.Steps.Move(change.Key, claim.Task.Step, JobTaskStatus.Running, JobTaskStatus.Queued);
        change.TellTask(new TaskPlace(claim.Task.Step, claim.Task.Index), JobTaskStatus.Queued, task.Attempt, task.Token + 1, default);
        change.Save();
        return new ClaimOutcome.Suspended();
    }

    private static ClaimOutcome EndAsLost(JobChange change, TaskClaim claim, StoredTask task, int losses)
    {
        string error = claim.RerunOnLoss
            ? string.Create(CultureInfo.InvariantCulture,
                $"{losses} nodes were lost running this task, the last while nothing else started beside it: it is poison and is not tried again.")
            : "The node that ran this task was lost, and it must not run twice ('rerunOnLoss' is false).";
        var place = new TaskPlace(claim.Task.Step, claim.Task.Index);
        if (!claim.RerunOnLoss && claim.RetryAfterLoss is { } pause)
        {
            DateTimeOffset due = change.Now + pause;
            change.Tables.Tasks.Abandon(change.Key, place.Step, place.Index, new AbandonedTask(JobTaskStatus.Failed, losses, FailureKind.Lost, error), change.Now);
            change.Tables.Tasks.RetryAt(change.Key, claim.Task, due);
            change.Tables.Steps.Move(change.Key, place.Step, JobTaskStatus.Running, JobTaskStatus.Queued);
            change.TellTask(place, JobTaskStatus.Queued, task.Attempt, task.Token + 1, new TaskEventDetails(null, error, due));
            change.Save();
            return new ClaimOutcome.AttemptEnded(Read(change.Tables, change.Stored, claim.Task));
        }

        ClosingOperations.Abandon(change, place, task, new AbandonedTask(JobTaskStatus.Failed, losses, FailureKind.Lost, error));
        change.Save();
        return new ClaimOutcome.Ended(Read(change.Tables, change.Stored, claim.Task));
    }

    private static TaskRecord Read(LedgerTables tables, StoredJob job, TaskKey key) => TaskReading.Find(tables, job, key)!;
}
