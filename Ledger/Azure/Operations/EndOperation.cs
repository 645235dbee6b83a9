using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Values;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Operations;

/// <summary>Records how an attempt ended, on condition of its token; and gives claims back.</summary>
internal static class EndOperation
{
    internal static async Task<EndAttemptOutcome> RunAsync(JobWork work, PreparedEnd prepared, CancellationToken cancellationToken)
    {
        AttemptEnd end = prepared.End;
        TaskPlace place = TaskPlace.Of(end.Task);
        if (work.Seen is not { } job
            || await work.FindStepAsync(place.Step, cancellationToken).ConfigureAwait(false) is not { } step
            || !step.Has(place.Index)
            || await work.FindTaskAsync(place, cancellationToken).ConfigureAwait(false) is not { } task)
        {
            return new EndAttemptOutcome.Superseded(null);
        }

        // Whatever ends a task in another's place takes a new token, so an equal one was recorded by this call's like.
        bool isItsOwn = task.Token == end.Token;
        if (isItsOwn && task.IsRunning)
        {
            CheckNames(end, step);
            task = Record(work, prepared, place, step, task);
        }

        TaskRecord stands = task.ToRecord(job, step.Name, place);
        return isItsOwn ? new EndAttemptOutcome.Recorded(stands) : new EndAttemptOutcome.Superseded(stands);
    }

    /// <summary>The attempt is due again as if it had not been claimed.</summary>
    internal static async Task<bool> ReleaseAsync(JobWork work, TaskKey key, long token, CancellationToken cancellationToken)
    {
        TaskPlace place = TaskPlace.Of(key);
        if (work.Seen is null
            || await work.FindStepAsync(place.Step, cancellationToken).ConfigureAwait(false) is not { } step
            || !step.Has(place.Index)
            || await work.FindTaskAsync(place, cancellationToken).ConfigureAwait(false) is not { IsRunning: true } task
            || task.Token != token)
        {
            return false;
        }

        TaskData released = task.AsBefore();
        work.SetTask(place, released);
        work.TellTask(place, released with { Attempt = task.Attempt });
        return true;
    }

    private static TaskData Record(JobWork work, PreparedEnd prepared, TaskPlace place, StepData step, TaskData task)
    {
        AttemptEnd end = prepared.End;
        if (end.Artifacts.Count > 0 || task.Artifacts > 0)
        {
            ArtifactRows.Replace(work, step.Name, place, end);
        }

        TaskData ended = task with
        {
            Status = prepared.NewStatus,
            NextRetryAt = work.Now + end.RetryAfter,
            FinishedAt = work.Now,
            Ended = end.Status,
            ExitCode = end.ExitCode,
            Failure = end.Failure,
            Error = LedgerText.Cut(end.Error),
            Details = end.Details,
            Stdout = OutputData.Of(end.Stdout),
            Stderr = OutputData.Of(end.Stderr),
            Stored = task.Stored + end.StoredBytes,
            Artifacts = end.Artifacts.Count,
        };
        work.SetTask(place, ended);
        work.Head = work.Head! with { StoredBytes = work.Head.StoredBytes + end.StoredBytes };
        work.TellTask(place, ended, end.ExitCode, ended.Error);
        return ended;
    }

    private static void CheckNames(AttemptEnd end, StepData step)
    {
        string prefix = $"{step.Name}/{end.Task.Index}/";
        foreach (ArtifactRecord artifact in end.Artifacts)
        {
            if (!string.Equals(artifact.Name, prefix + artifact.Path, StringComparison.Ordinal))
            {
                throw new ArgumentException($"The artifact '{artifact.Path}' is to be named '{prefix}{artifact.Path}', not '{artifact.Name}'.", nameof(end));
            }
        }
    }
}
