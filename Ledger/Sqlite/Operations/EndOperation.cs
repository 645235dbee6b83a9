using FuncExec.Ledger.Sqlite.Reading;
using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Sqlite.Writing;
using FuncExec.Ledger.Values;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite.Operations;

/// <summary>Records how an attempt ended, on condition of its token.</summary>
internal static class EndOperation
{
    internal static EndAttemptOutcome Run(LedgerStore store, PreparedEnd prepared)
    {
        TaskKey key = prepared.End.Task;
        if (JobOperations.FindSeen(store, key.JobId) is not { } job
            || store.Tables.Tasks.Find(job.Key, key.Step, key.Index) is not { } task)
        {
            return new EndAttemptOutcome.Superseded(null);
        }

        if (task.Token == prepared.End.Token && task.Status is JobTaskStatus.Running)
        {
            Record(new JobChange(store, job), prepared, task);
        }

        // Whatever ends a task in another's place takes a new token, so an equal one was recorded by this call's like.
        TaskRecord? stands = TaskReading.Find(store.Tables, job, key);
        return task.Token == prepared.End.Token && stands is not null
            ? new EndAttemptOutcome.Recorded(stands)
            : new EndAttemptOutcome.Superseded(stands);
    }

    private static void Record(JobChange change, PreparedEnd prepared, StoredTask task)
    {
        AttemptEnd end = prepared.End;
        TaskKey key = end.Task;
        change.Tables.TaskEnds.End(change.Key, prepared, change.Now);
        change.Tables.Steps.Move(change.Key, key.Step, JobTaskStatus.Running, prepared.NewStatus);
        if (end.Artifacts.Count > 0 || task.Artifacts > 0)
        {
            StoredStep step = change.Tables.Steps.Find(change.Key, key.Step)!;
            CheckNames(end, step);
            change.Tables.Artifacts.Replace(change.Key, step, prepared, hasEarlier: task.Artifacts > 0);
        }

        if (end.StoredBytes > 0)
        {
            change.Tables.Jobs.AddStored(change.Key, end.StoredBytes);
        }

        var details = new TaskEventDetails(end.ExitCode, end.Error, change.Now + end.RetryAfter);
        change.TellTask(new TaskPlace(key.Step, key.Index), prepared.NewStatus, task.Attempt, task.Token, details);
        change.Save();
    }

    private static void CheckNames(AttemptEnd end, StoredStep step)
    {
        string prefix = ArtifactTable.Prefix(step.Name, end.Task.Index);
        foreach (ArtifactRecord artifact in end.Artifacts)
        {
            if (!artifact.Name.StartsWith(prefix, StringComparison.Ordinal) || artifact.Name.Length != prefix.Length + artifact.Path.Length
                || !artifact.Name.EndsWith(artifact.Path, StringComparison.Ordinal))
            {
                throw new ArgumentException($"The artifact '{artifact.Path}' is to be named '{prefix}{artifact.Path}', not '{artifact.Name}'.", nameof(end));
            }
        }
    }
}
