using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Sqlite.Writing;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite.Operations;

/// <summary>What becomes of tasks that will not run any more. Each runs within the leader's transaction.</summary>
internal static class ClosingOperations
{
    internal static bool CloseStep(LedgerStore store, string jobId, int step, StepClosing closing)
    {
        if (JobOperations.FindSeen(store, jobId) is not { IsUnfinished: true } stored)
        {
            return false;
        }

        if (store.Tables.Steps.Find(stored.Key, step) is not { } found)
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, $"The job '{jobId}' has no such step.");
        }

        var change = new JobChange(store, stored);
        bool isClosed = Close(change, found, closing);
        change.Save();
        return isClosed;
    }

    /// <summary>Answers whether there are more.</summary>
    internal static bool CancelWaiting(LedgerStore store, string jobId, string error, int limit)
    {
        if (JobOperations.FindSeen(store, jobId) is not { IsUnfinished: true } stored)
        {
            return false;
        }

        if (stored.Job.Stop is null)
        {
            throw new InvalidOperationException($"The tasks of job '{jobId}' cannot be cancelled: nobody asked it to end.");
        }

        // Waiting rows first become fewer by what is done to them, so a repetition finds the rest.
        var change = new JobChange(store, stored);
        int left = CancelSteps(change, error, limit);
        left = left > 0 ? CancelQueued(change, error, left) : left;
        left = left > 0 ? CancelLost(change, error, left) : left;
        if (change.Job.LastEvent != stored.Job.LastEvent)
        {
            // Else nothing has changed, and whoever waits for a change and then looks here would wake himself.
            change.Save();
        }

        return left <= 0;
    }

    private static int CancelSteps(JobChange change, string error, int limit)
    {
        var closing = new StepClosing(JobTaskStatus.Cancelled, error);
        foreach (StoredStep step in change.Tables.Steps.ListOpen(change.Key, limit))
        {
            limit -= Close(change, step, closing) ? 1 : 0;
        }

        return limit;
    }

    private static int CancelQueued(JobChange change, string error, int limit)
    {
        foreach ((TaskPlace place, _) in change.Tables.Tasks.ListPlaces(change.Key, JobTaskStatus.Queued, default, limit))
        {
            StoredTask task = change.Tables.Tasks.Find(change.Key, place.Step, place.Index)!;
            change.Tables.Tasks.CancelWaiting(change.Key, place.Step, place.Index, error);
            change.Tables.Steps.Move(change.Key, place.Step, JobTaskStatus.Queued, JobTaskStatus.Cancelled);
            change.TellTask(place, JobTaskStatus.Cancelled, task.Attempt, task.Token, new TaskEventDetails(Error: error));
            limit--;
        }

        return limit;
    }

    // Running tasks are as many as nodes have slots: those that live are looked at too, and cost nothing.
    private static int CancelLost(JobChange change, string error, int limit)
    {
        foreach ((TaskPlace place, long? node) in change.Tables.Tasks.ListPlaces(change.Key, JobTaskStatus.Running, default, int.MaxValue))
        {
            if (limit == 0)
            {
                break;
            }

            if (change.Store.Lives.FindId(node) is null)
            {
                StoredTask task = change.Tables.Tasks.Find(change.Key, place.Step, place.Index)!;
                Abandon(change, place, task, new AbandonedTask(JobTaskStatus.Cancelled, task.Losses + 1, null, error));
                limit--;
            }
        }

        return limit;
    }

    /// <summary>Ends a running task that nobody living holds.</summary>
    internal static void Abandon(JobChange change, TaskPlace place, StoredTask task, AbandonedTask how)
    {
        change.Tables.Tasks.Abandon(change.Key, place.Step, place.Index, how, change.Now);
        change.Tables.Steps.Move(change.Key, place.Step, JobTaskStatus.Running, how.Status);
        change.TellTask(place, how.Status, task.Attempt, task.Token + 1, new TaskEventDetails(Error: how.Error));
    }

    private static bool Close(JobChange change, StoredStep step, StepClosing closing)
    {
        if (step.Closing is not null || step.Virtual == 0)
        {
            return false;
        }

        change.Tables.Steps.Close(change.Key, step.Index, closing);
        change.TellStep(step.Index, step.Virtual, closing);
        return true;
    }
}
