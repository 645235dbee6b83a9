using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Reading;

/// <summary>
/// Reads tasks as callers see them, also those that have no row. A step is read before its rows: a task whose row is not there
/// afterwards had none before either, and so is what its step says.
/// </summary>
internal sealed class TaskReader(JobReader jobs)
{
    private const int AtOnce = 16;

    /// <summary>The task, or null when the job has no such one.</summary>
    internal async Task<TaskRecord?> FindAsync(LoadedHead head, TaskPlace place, CancellationToken cancellationToken)
    {
        StepData? step = await jobs.FindStepAsync(head, place.Step, cancellationToken).ConfigureAwait(false);
        return step is not null && step.Has(place.Index)
            ? await FindRowAsync(head.Head, step, place, cancellationToken).ConfigureAwait(false) ?? TaskData.Virtual(head.Head, step, place)
            : null;
    }

    /// <summary>The tasks of those places that have rows, in order; several at once.</summary>
    internal async Task<List<TaskRecord>> FindRowsAsync(
        LoadedHead head, StepData step, IReadOnlyList<TaskPlace> places, CancellationToken cancellationToken)
    {
        // Where nearly all rows of a range are wanted one query has them.
        int span = places.Count == 0 ? 0 : places[^1].Index - places[0].Index + 1;
        if (span > 1 && span <= 2 * places.Count)
        {
            HashSet<int> wanted = [.. places.Select(static place => place.Index)];
            Dictionary<int, TaskRecord> rows = await ListRowsAsync(
                head.Head, step, places[0], places[^1].Index + 1, span, cancellationToken).ConfigureAwait(false);
            return [.. rows.Values.Where(task => wanted.Contains(task.Key.Index)).OrderBy(static task => task.Key.Index)];
        }

        var found = new List<TaskRecord>(places.Count);
        foreach (TaskPlace[] some in places.Chunk(AtOnce))
        {
            TaskRecord?[] read = await Task.WhenAll(some.Select(place => FindRowAsync(head.Head, step, place, cancellationToken))).ConfigureAwait(false);
            found.AddRange(read.OfType<TaskRecord>());
        }

        return found;
    }

    /// <summary>The rows of a range of a step, by index.</summary>
    internal async Task<Dictionary<int, TaskRecord>> ListRowsAsync(
        JobHead job, StepData step, TaskPlace first, int until, int most, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<int, TaskRecord>();
        var range = new TableRange(RowKeys.Partition(job.Id), RowKeys.Task(first), RowKeys.Task(first with { Index = until }));
        await foreach (TableRow row in jobs.Table.ListAsync(range, most, cancellationToken).ConfigureAwait(false))
        {
            TaskPlace place = first with { Index = RowKeys.IndexOf(row.Key) };
            rows[place.Index] = LedgerJson.Read(row, LedgerJson.Default.TaskData).ToRecord(job, step.Name, place);
        }

        return rows;
    }

    /// <summary>The statuses of a page of a step's tasks, 0 for those without a row.</summary>
    internal async Task<byte[]> ReadStatusesAsync(JobHead job, int step, int page, CancellationToken cancellationToken) =>
        StatusRows.Read(await jobs.Table.FindAsync(RowKeys.Partition(job.Id), RowKeys.Statuses(step, page), cancellationToken).ConfigureAwait(false));

    /// <summary>The tasks of a job that run.</summary>
    internal async Task<IReadOnlyList<TaskRecord>> ListRunningAsync(LoadedHead head, int limit, CancellationToken cancellationToken)
    {
        if (head.Head.Running == 0)
        {
            return [];
        }

        var work = new JobWork(jobs.Table, head.Head.Id, head);
        List<TaskPlace> places = await work.ListPlacesAsync(JobTaskStatus.Running, default, limit, cancellationToken).ConfigureAwait(false);
        var tasks = new List<TaskRecord>(places.Count);
        foreach (IGrouping<int, TaskPlace> inStep in places.GroupBy(static place => place.Step))
        {
            StepData step = (await work.FindStepAsync(inStep.Key, cancellationToken).ConfigureAwait(false))!;
            tasks.AddRange((await FindRowsAsync(head, step, [.. inStep], cancellationToken).ConfigureAwait(false))
                .Where(static task => task.Status is JobTaskStatus.Running));
        }

        return tasks;
    }

    /// <summary>The attempts of a task, first to last.</summary>
    internal async Task<IReadOnlyList<TaskRecord>> ListAttemptsAsync(LoadedHead head, TaskPlace place, CancellationToken cancellationToken)
    {
        if (await FindAsync(head, place, cancellationToken).ConfigureAwait(false) is not { Attempt: > 0 } task)
        {
            return [];
        }

        var attempts = new List<TaskRecord>();
        var range = TableRange.Prefix(RowKeys.Partition(head.Head.Id), RowKeys.AttemptPrefix(place));
        await foreach (TableRow row in jobs.Table.ListAsync(range, 1_000, cancellationToken).ConfigureAwait(false))
        {
            TaskRecord attempt = LedgerJson.Read(row, LedgerJson.Default.TaskData).ToRecord(head.Head, task.StepName, place);

            // The last of them is the task itself where the next was claimed and given back.
            if (attempt.Attempt < task.Attempt)
            {
                attempts.Add(attempt);
            }
        }

        attempts.Add(task);
        return attempts;
    }

    private async Task<TaskRecord?> FindRowAsync(JobHead job, StepData step, TaskPlace place, CancellationToken cancellationToken) =>
        await jobs.Table.FindAsync(RowKeys.Partition(job.Id), RowKeys.Task(place), cancellationToken).ConfigureAwait(false) is { } row
            ? LedgerJson.Read(row, LedgerJson.Default.TaskData).ToRecord(job, step.Name, place)
            : null;
}
