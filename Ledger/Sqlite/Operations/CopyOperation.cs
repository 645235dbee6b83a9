using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Sqlite.Writing;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite.Operations;

/// <summary>Takes tasks that succeeded over from the job that is rerun, in order, some at a time.</summary>
internal static class CopyOperation
{
    /// <summary>Answers whether there are more.</summary>
    internal static bool Run(LedgerStore store, string jobId, int limit)
    {
        if (JobOperations.FindSeen(store, jobId) is not { Job: { State: JobState.Preparing, RerunOf: { } source } } job)
        {
            return false;
        }

        var change = new JobChange(store, job);
        int copied = JobOperations.FindSeen(store, source) is { } from ? CopySome(change, from, limit) : 0;
        if (copied < limit)
        {
            change.Job = change.Job with { State = JobState.Accepted };
            store.Tables.Jobs.SetState(change.Key, change.Job);
        }

        change.Save();
        return copied >= limit;
    }

    private static int CopySome(JobChange change, StoredJob from, int limit)
    {
        List<(TaskPlace Place, long? Node)> places =
            change.Tables.Tasks.ListPlaces(from.Key, JobTaskStatus.Succeeded, change.Stored.Copied, limit);
        StoredStep? step = null;
        foreach ((TaskPlace place, _) in places)
        {
            step = step?.Index == place.Step ? step : change.Tables.Steps.Find(change.Key, place.Step);
            if (step is { Closing: null } && place.Index < step.Total)
            {
                Copy(change, from, step, place);
            }
        }

        if (places.Count > 0)
        {
            change.Tables.Jobs.SetCopied(change.Key, places[^1].Place.Next);
        }

        return places.Count;
    }

    private static void Copy(JobChange change, StoredJob from, StoredStep step, TaskPlace place)
    {
        LedgerTables tables = change.Tables;
        if (!tables.Tasks.Copy(from.Key, change.Key, place))
        {
            return;
        }

        StoredTask task = tables.Tasks.Find(change.Key, place.Step, place.Index)!;
        (long stored, int? exitCode) = tables.Tasks.ReadStored(change.Key, place);
        tables.Artifacts.Copy(from.Key, change.Key, step, place.Index);
        tables.Steps.Move(change.Key, place.Step, null, JobTaskStatus.Succeeded);
        if (stored > 0)
        {
            tables.Jobs.AddStored(change.Key, stored);
        }

        change.TellTask(place, JobTaskStatus.Succeeded, task.Attempt, task.Token, new TaskEventDetails(ExitCode: exitCode));
    }
}
