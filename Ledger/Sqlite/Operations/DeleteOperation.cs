using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Sqlite.Writing;

namespace FuncExec.Ledger.Sqlite.Operations;

/// <summary>Deletes a job, some rows at a time.</summary>
internal static class DeleteOperation
{
    /// <summary>How long it is remembered that a job was there.</summary>
    internal static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    internal static DeleteJobOutcome Run(LedgerStore store, string jobId, int limit)
    {
        LedgerTables tables = store.Tables;
        if (tables.Jobs.Find(jobId) is not { } stored)
        {
            return DeleteJobOutcome.NotFound;
        }

        switch (stored.Job.State)
        {
            case JobState.Accepted or JobState.Started:
                return DeleteJobOutcome.NotFinished;
            case JobState.Preparing:
                tables.Totals.Add(-1, 0);
                tables.Jobs.Hide(stored.Key);
                break;
            case JobState.Finished:
                tables.Totals.Add(0, -stored.Job.StoredBytes);
                tables.Jobs.Hide(stored.Key);
                break;
        }

        store.Changed(jobId);
        if (tables.Removals.RemoveParts(stored.Key, limit) == 0)
        {
            return DeleteJobOutcome.More;
        }

        DateTimeOffset now = store.Now;
        tables.Removals.RemoveJob(stored.Key, jobId, now);
        tables.Removals.Forget(now - Remembered);
        return DeleteJobOutcome.Deleted;
    }
}
