using System.Globalization;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Nodes;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Operations;

/// <summary>
/// Claims an attempt. What has ended is answered first, then what nobody may start, then who runs it; only then is
/// anything changed.
/// </summary>
internal sealed class ClaimOperation(JobWork work, NodeLives lives, TaskClaim claim, CancellationToken cancellationToken)
{
    private readonly TaskPlace _place = TaskPlace.Of(claim.Task);

    internal async Task<ClaimOutcome> RunAsync()
    {
        if (work.Seen is not { } job
            || await work.FindStepAsync(_place.Step, cancellationToken).ConfigureAwait(false) is not { } step
            || !step.Has(_place.Index))
        {
            return new ClaimOutcome.NotFound();
        }

        TaskData? task = await work.FindTaskAsync(_place, cancellationToken).ConfigureAwait(false);
        if ((task?.Status ?? step.VirtualStatus) is not (JobTaskStatus.Queued or JobTaskStatus.Running))
        {
            return new ClaimOutcome.Ended(task?.ToRecord(job, step.Name, _place) ?? TaskData.Virtual(job, step, _place));
        }

        bool isRunning = task is { IsRunning: true };
        int due = (task?.Attempt ?? 0) + (isRunning ? 0 : 1);
        if (claim.Attempt < due)
        {
            return new ClaimOutcome.AttemptEnded(task!.ToRecord(job, step.Name, _place));
        }

        if (claim.Attempt > due)
        {
            throw new ArgumentException(
                $"Attempt {claim.Attempt} of task {_place.Index} of step {_place.Step} of job '{job.Id}' is not due; {due} is.", nameof(claim));
        }

        bool isHeld = isRunning && await lives.IsLivingAsync(task!.NodeId, cancellationToken).ConfigureAwait(false);
        if (MayNotStart(job) is { } refusal)
        {
            bool isOfTheDead = isRunning && !isHeld && await lives.IsLivingAsync(claim.Node, cancellationToken).ConfigureAwait(false);
            return refusal is ClaimOutcome.Suspended && isOfTheDead ? GiveUp(step, task!) : refusal;
        }

        if (isHeld)
        {
            return new ClaimOutcome.Held(task!.NodeId!, task.Token);
        }

        return await lives.FindNameAsync(claim.Node, cancellationToken).ConfigureAwait(false) is { } name
            ? Take(step, task, name)
            : new ClaimOutcome.NodeDead();
    }

    private static ClaimOutcome? MayNotStart(JobHead job) => job switch
    {
        { State: JobState.Preparing } => throw new InvalidOperationException($"The job '{job.Id}' is not complete yet; it cannot run."),
        { State: JobState.Finished } or { StopKind: not null } => new ClaimOutcome.Stopping(),
        { IsSuspended: true } => new ClaimOutcome.Suspended(),
        _ => null,
    };

    private ClaimOutcome Take(StepData step, TaskData? task, string name)
    {
        bool isLoss = task is { IsRunning: true };
        int losses = (task?.Losses ?? 0) + (isLoss ? 1 : 0);
        if (isLoss && (!claim.RerunOnLoss || losses > TaskClaim.LossesBeforeAlone))
        {
            return EndAsLost(step, task!, losses);
        }

        TaskData claimed = task ?? new TaskData { Status = JobTaskStatus.Running };
        if (task is { Status: JobTaskStatus.Queued, Attempt: > 0 })
        {
            claimed = Keep(task);
        }

        claimed = claimed with
        {
            Status = JobTaskStatus.Running,
            Attempt = claim.Attempt,
            Token = claimed.Token + 1,
            Losses = losses,
            NodeId = claim.Node,
            Node = name,
            StartedAt = work.Now,
            FinishedAt = null,
            NextRetryAt = null,
            OutputToken = null,
        };
        work.SetTask(_place, claimed);
        work.TellTask(_place, claimed);
        return new ClaimOutcome.Claimed(claimed.Token, work.Now, losses >= TaskClaim.LossesBeforeAlone);
    }

    // The attempt that has ended gets a row of its own, before this one becomes the next one's. It may have it: the next one was
    // claimed before, and given back.
    private TaskData Keep(TaskData task)
    {
        if (task.Kept < task.Attempt)
        {
            work.Put(RowKeys.Attempt(_place, task.Attempt), LedgerJson.Write(task.AsAttempt(), LedgerJson.Default.TaskData));
        }

        return task with
        {
            Kept = task.Attempt,
            Before = new BeforeClaim(task.NodeId, task.Node, task.StartedAt, task.FinishedAt, task.OutputToken ?? task.Token),
        };
    }

    /// <summary>
    /// Of a job that is held: what a dead node ran is not taken over, and must not be shown as running until somebody lets the
    /// job go on. The attempt is due again, and the loss counts.
    /// </summary>
    private ClaimOutcome GiveUp(StepData step, TaskData task)
    {
        int losses = task.Losses + 1;
        if (!claim.RerunOnLoss || losses > TaskClaim.LossesBeforeAlone)
        {
            return EndAsLost(step, task, losses);
        }

        TaskData freed = task.AsBefore() with { Token = task.Token + 1, Losses = losses };
        work.SetTask(_place, freed);
        work.TellTask(_place, freed with { Attempt = task.Attempt });
        return new ClaimOutcome.Suspended();
    }

    private ClaimOutcome EndAsLost(StepData step, TaskData task, int losses)
    {
        string error = claim.RerunOnLoss
            ? string.Create(CultureInfo.InvariantCulture,
                $"{losses} nodes were lost running this task, the last while nothing else started beside it: it is poison and is not tried again.")
            : "The node that ran this task was lost, and it must not run twice ('rerunOnLoss' is false).";
        TaskData ended = Abandoned.Of(task, JobTaskStatus.Failed, losses, FailureKind.Lost, error, work.Now);
        if (!claim.RerunOnLoss && claim.RetryAfterLoss is { } pause)
        {
            ended = ended with { Status = JobTaskStatus.Queued, NextRetryAt = work.Now + pause };
            work.SetTask(_place, ended);
            work.TellTask(_place, ended, error: error);
            return new ClaimOutcome.AttemptEnded(ended.ToRecord(work.Head!, step.Name, _place));
        }

        work.SetTask(_place, ended);
        work.TellTask(_place, ended, error: error);
        return new ClaimOutcome.Ended(ended.ToRecord(work.Head!, step.Name, _place));
    }
}
