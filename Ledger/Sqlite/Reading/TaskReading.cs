using FuncExec.Ledger.Sqlite.Tables;

namespace FuncExec.Ledger.Sqlite.Reading;

/// <summary>Reads a task as callers see it, also one that has no row.</summary>
internal static class TaskReading
{
    /// <summary>The task, or null when the job has no such one.</summary>
    internal static TaskRecord? Find(LedgerTables tables, StoredJob job, TaskKey key)
    {
        StoredStep? step = tables.Steps.Find(job.Key, key.Step);
        return step is null || key.Index < 0 || key.Index >= step.Total
            ? null
            : tables.TaskLists.Find(job, step, key.Index) ?? Virtual(job, step, key.Index);
    }

    /// <summary>A task that has not begun: it waits, or is what its step was closed as.</summary>
    internal static TaskRecord Virtual(StoredJob job, StoredStep step, int index) => new()
    {
        Key = new TaskKey(job.Job.Id, step.Index, index),
        StepName = step.Name,
        Status = step.VirtualStatus,
        QueuedAt = job.Job.CreatedAt,
        Error = step.Closing?.Error,
    };
}
