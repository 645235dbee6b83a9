using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Operations;

/// <summary>Takes tasks that succeeded over from the job that is rerun, in order, some at a time.</summary>
internal static class CopyOperation
{
    /// <summary>A task takes its own row, that of its artifacts and perhaps one of statuses; a commit has room for so many.</summary>
    private const int MostTasks = 25;

    /// <summary>Answers whether there are more.</summary>
    internal static async Task<bool> RunAsync(JobWork work, JobReader jobs, int limit, CancellationToken cancellationToken)
    {
        if (work.Seen is not { State: JobState.Preparing, RerunOf: { } sourceId } job)
        {
            return false;
        }

        int most = Math.Min(limit, MostTasks);
        var source = new JobWork(jobs.Table, sourceId, await jobs.FindSeenAsync(sourceId, cancellationToken).ConfigureAwait(false));
        List<TaskPlace> places = await source
            .ListPlacesAsync(JobTaskStatus.Succeeded, new TaskPlace(job.CopiedStep, job.CopiedIndex), most, cancellationToken).ConfigureAwait(false);
        await source.LoadTasksAsync(places, cancellationToken).ConfigureAwait(false);
        int copied = 0;
        foreach (TaskPlace place in places.TakeWhile(_ => work.Room > 0))
        {
            await CopyAsync(work, source, jobs.Table, place, cancellationToken).ConfigureAwait(false);
            work.Head = work.Head! with { CopiedStep = place.Step, CopiedIndex = place.Index + 1 };
            copied++;
        }

        bool hasMore = copied == most || copied < places.Count;
        if (!hasMore)
        {
            work.Head = work.Head! with { State = JobState.Accepted };
        }

        return hasMore;
    }

    private static async Task CopyAsync(JobWork work, JobWork source, LedgerTable table, TaskPlace place, CancellationToken cancellationToken)
    {
        if (await work.FindStepAsync(place.Step, cancellationToken).ConfigureAwait(false) is not { Closing: null } step || !step.Has(place.Index)
            || await work.FindTaskAsync(place, cancellationToken).ConfigureAwait(false) is not null
            || await source.FindTaskAsync(place, cancellationToken).ConfigureAwait(false) is not { } task
            || await source.FindStepAsync(place.Step, cancellationToken).ConfigureAwait(false) is not { } from)
        {
            return;
        }

        if (task.Artifacts > 0 && string.Equals(from.Name, step.Name, StringComparison.Ordinal))
        {
            await CopyArtifactsAsync(work, source.Head!.Id, step.Name, table, place, cancellationToken).ConfigureAwait(false);
        }

        // Earlier attempts stay with the earlier job.
        TaskData taken = task with { Before = null, Kept = 0 };
        work.SetTask(place, taken);
        work.Head = work.Head! with { StoredBytes = work.Head.StoredBytes + task.Stored };
        work.TellTask(place, taken, task.ExitCode);
    }

    private static async Task CopyArtifactsAsync(
        JobWork work, string source, string step, LedgerTable table, TaskPlace place, CancellationToken cancellationToken)
    {
        string partition = RowKeys.Partition(source);
        if (await table.FindAsync(partition, RowKeys.Artifacts(step, place.Index), cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return;
        }

        work.Put(RowKeys.Artifacts(step, place.Index), row.Data.ToArray());
        ArtifactsData first = LedgerJson.Read(row, LedgerJson.Default.ArtifactsData);
        for (int i = 0; i < first.FurtherRows; i++)
        {
            string key = RowKeys.FurtherArtifacts(place, first.Token, i);
            if (await table.FindAsync(partition, key, cancellationToken).ConfigureAwait(false) is { } further)
            {
                work.PutBefore(key, further.Data.ToArray());
            }
        }
    }
}
