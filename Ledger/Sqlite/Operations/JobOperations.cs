using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Sqlite.Writing;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite.Operations;

/// <summary>What becomes of a job as a whole. Each runs within the leader's transaction.</summary>
internal static class JobOperations
{
    internal static CreateJobOutcome Create(LedgerStore store, NewJob job, byte[]? document, int maxUnfinished)
    {
        LedgerTables tables = store.Tables;
        if (job.Idempotency is { } request && tables.Jobs.FindRequest(request) is { } known)
        {
            return string.Equals(known.BodyHash, request.BodyHash, StringComparison.Ordinal)
                ? new CreateJobOutcome.Known(WithSteps(tables, known.Job))
                : new CreateJobOutcome.KeyInUse();
        }

        // A call whose answer was lost is repeated with the same id.
        if (tables.Jobs.Find(job.Id) is { Job.State: not JobState.Deleting } repeated)
        {
            return new CreateJobOutcome.Known(WithSteps(tables, repeated));
        }

        if (tables.Totals.Read().UnfinishedJobs >= maxUnfinished)
        {
            return new CreateJobOutcome.TooMany();
        }

        if (tables.Removals.FindRemoved(job.Id) is not null)
        {
            throw new ArgumentException($"A job '{job.Id}' was there and has been deleted; a new job needs a new id.", nameof(job));
        }

        long key = tables.Jobs.Insert(job, store.Now);
        for (int i = 0; i < job.Steps.Count; i++)
        {
            tables.Steps.Insert(key, i, job.Steps[i]);
        }

        if (document is not null)
        {
            tables.Jobs.InsertDocument(key, document);
        }

        tables.Totals.Add(1, 0);
        store.Changed(job.Id);
        return new CreateJobOutcome.Created(WithSteps(tables, tables.Jobs.Find(job.Id)!));
    }

    internal static JobRecord? Begin(LedgerStore store, string jobId)
    {
        if (FindSeen(store, jobId) is not { } stored)
        {
            return null;
        }

        if (stored.Job.State is not JobState.Accepted)
        {
            return WithSteps(store.Tables, stored);
        }

        var change = new JobChange(store, stored);
        change.Job = change.Job with { State = JobState.Started, StartedAt = change.Now };
        store.Tables.Jobs.SetState(change.Key, change.Job);
        change.TellJob(null);
        change.Save();
        return WithSteps(store.Tables, stored with { Job = change.Job });
    }

    internal static StopJobOutcome Stop(LedgerStore store, string jobId, StopKind kind, string? reason)
    {
        switch (FindSeen(store, jobId))
        {
            case null:
                return StopJobOutcome.NotFound;
            case { IsUnfinished: false }:
                return StopJobOutcome.Finished;
            case { Job.Stop: not null }:
                return StopJobOutcome.AskedBefore;
            case { } stored:
                var change = new JobChange(store, stored);
                store.Tables.Jobs.SetStop(change.Key, new JobStop(kind, reason));
                change.TellJob(reason);
                change.Save();
                return StopJobOutcome.Asked;
        }
    }

    internal static bool ConfirmSuspension(LedgerStore store, string jobId, bool suspended)
    {
        if (FindSeen(store, jobId) is not { Job.IsSuspensionUntold: true } stored || stored.Job.IsSuspended != suspended)
        {
            return false;
        }

        store.Tables.Jobs.SetSuspended(stored.Key, stored.Job with { IsSuspensionUntold = false });
        return true;
    }

    internal static SuspendJobOutcome SetSuspended(LedgerStore store, string jobId, bool suspended)
    {
        switch (FindSeen(store, jobId))
        {
            case null:
                return SuspendJobOutcome.NotFound;
            case { IsUnfinished: false }:
                return SuspendJobOutcome.Finished;
            case { Job.Stop: not null }:
                return SuspendJobOutcome.Stopping;
            case { } stored when stored.Job.IsSuspended == suspended:
                return SuspendJobOutcome.Unchanged;
            case { } stored:
                var change = new JobChange(store, stored);
                change.Job = change.Job with { IsSuspended = suspended, IsSuspensionUntold = true };
                store.Tables.Jobs.SetSuspended(change.Key, change.Job);
                change.TellJob(null);
                change.Save();
                return SuspendJobOutcome.Changed;
        }
    }

    internal static JobRecord? Finish(LedgerStore store, string jobId, JobEnd end)
    {
        LedgerTables tables = store.Tables;
        if (FindSeen(store, jobId) is not { } stored)
        {
            return null;
        }

        if (!stored.IsUnfinished)
        {
            return WithSteps(tables, stored);
        }

        if (tables.Steps.CountRunning(stored.Key) is > 0 and long running)
        {
            throw new InvalidOperationException($"The job '{jobId}' cannot end while {running} of its tasks run.");
        }

        var change = new JobChange(store, stored);
        change.Job = change.Job with
        {
            State = JobState.Finished,
            EndStatus = end.Status,
            Error = end.Error,
            FinishedAt = change.Now,
        };
        tables.Jobs.SetState(change.Key, change.Job);
        tables.Totals.Add(-1, change.Job.StoredBytes);
        change.TellJob(end.Error);
        change.Save();
        return WithSteps(tables, stored with { Job = change.Job });
    }

    /// <summary>A job that is not being deleted, or null.</summary>
    internal static StoredJob? FindSeen(LedgerStore store, string jobId) =>
        store.Tables.Jobs.Find(jobId) is { Job.State: not JobState.Deleting } stored ? stored : null;

    internal static JobRecord WithSteps(LedgerTables tables, StoredJob stored) =>
        stored.Job with { Steps = [.. tables.Steps.List(stored.Key).Select(static step => step.ToRecord())] };
}
