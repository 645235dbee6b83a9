using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Sqlite.Writing;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite.Operations;

/// <summary>Gives a claim back, on condition of its token: the attempt is due again as if it had not been claimed.</summary>
internal static class ReleaseOperation
{
    internal static bool Run(LedgerStore store, TaskKey key, long token)
    {
        if (JobOperations.FindSeen(store, key.JobId) is not { } job
            || store.Tables.Tasks.Find(job.Key, key.Step, key.Index) is not { Status: JobTaskStatus.Running } task
            || task.Token != token)
        {
            return false;
        }

        JobChange change = new(store, job);
        change.Tables.Tasks.Release(change.Key, key);
        change.Tables.Steps.Move(change.Key, key.Step, JobTaskStatus.Running, JobTaskStatus.Queued);
        change.TellTask(new TaskPlace(key.Step, key.Index), JobTaskStatus.Queued, task.Attempt, task.Token, default);
        change.Save();
        return true;
    }
}
