using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Operations;

/// <summary>What becomes of a job as a whole.</summary>
internal static class JobOperations
{
    internal static async Task<JobRecord?> BeginAsync(JobWork work, CancellationToken cancellationToken)
    {
        if (work.Seen is not { } job)
        {
            return null;
        }

        if (job.State is JobState.Accepted)
        {
            work.Head = job with { State = JobState.Started, StartedAt = work.Now };
            work.TellJob(null);
        }

        return await work.ToRecordAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static StopJobOutcome Stop(JobWork work, StopKind kind, string? reason)
    {
        switch (work.Seen)
        {
            case null:
                return StopJobOutcome.NotFound;
            case { IsUnfinished: false }:
                return StopJobOutcome.Finished;
            case { StopKind: not null }:
                return StopJobOutcome.AskedBefore;
            case { } job:
                work.Head = job with { StopKind = kind, StopReason = reason };
                work.TellJob(reason);
                return StopJobOutcome.Asked;
        }
    }

    internal static SuspendJobOutcome SetSuspended(JobWork work, bool suspended)
    {
        switch (work.Seen)
        {
            case null:
                return SuspendJobOutcome.NotFound;
            case { IsUnfinished: false }:
                return SuspendJobOutcome.Finished;
            case { StopKind: not null }:
                return SuspendJobOutcome.Stopping;
            case { } job when job.IsSuspended == suspended:
                return SuspendJobOutcome.Unchanged;
            case { } job:
                work.Head = job with { IsSuspended = suspended, IsSuspensionUntold = true };
                work.TellJob(null);
                return SuspendJobOutcome.Changed;
        }
    }

    internal static bool ConfirmSuspension(JobWork work, bool suspended)
    {
        if (work.Seen is not { IsSuspensionUntold: true } job || job.IsSuspended != suspended)
        {
            return false;
        }

        work.Head = job with { IsSuspensionUntold = false };
        return true;
    }

    internal static async Task<JobRecord?> FinishAsync(JobWork work, JobEnd end, CancellationToken cancellationToken)
    {
        if (work.Seen is not { } job)
        {
            return null;
        }

        if (job.IsUnfinished)
        {
            if (job.Running > 0)
            {
                throw new InvalidOperationException($"The job '{job.Id}' cannot end while {job.Running} of its tasks run.");
            }

            work.Head = job with { State = JobState.Finished, EndStatus = end.Status, Error = end.Error, FinishedAt = work.Now };
            work.TellJob(end.Error);
        }

        return await work.ToRecordAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The job can be seen no more; answers what stands in the way of that, or null.</summary>
    internal static DeleteJobOutcome? Hide(JobWork work)
    {
        switch (work.Head)
        {
            case null or { IsRemoved: true }:
                return DeleteJobOutcome.NotFound;
            case { State: JobState.Accepted or JobState.Started }:
                return DeleteJobOutcome.NotFinished;
            case { State: JobState.Deleting }:
                return null;
            case { } job:
                work.Head = job with { State = JobState.Deleting };
                return null;
        }
    }

    /// <summary>All rows but the head are gone: it only says from now on that the job was there.</summary>
    internal static bool Remove(JobWork work)
    {
        if (work.Head is not { IsRemoved: false, State: JobState.Deleting } job)
        {
            return false;
        }

        work.Head = JobHead.Gone(job.Id, work.Now);
        return true;
    }
}
