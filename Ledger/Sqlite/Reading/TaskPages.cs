using FuncExec.Ledger.Sqlite.Tables;
using FuncExec.Ledger.Values;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Sqlite.Reading;

/// <summary>
/// Makes one page of a job's tasks. Steps that have none of those asked for are passed over by their counts. Where tasks
/// without a row are asked for, the rows between them are looked at, as many as a page may cost.
/// </summary>
internal sealed class TaskPages(LedgerTables tables, StoredJob job, TaskFilter filter, int limit)
{
    /// <summary>The most rows a page looks at.</summary>
    internal const int MostRows = 5_000;

    /// <summary>The most steps a page looks at.</summary>
    private const int MostSteps = 5_000;

    private const char List = 't';
    private readonly List<TaskRecord> _tasks = [];
    private int _rowsLeft = MostRows;

    internal LedgerPage<TaskRecord> Read(string? after)
    {
        (int step, int index) = after is null ? (filter.Step ?? 0, 0) : Cursor.ReadTask(List, after);
        if (filter.Step is { } only && step != only)
        {
            throw new BadCursorException();
        }

        int most = filter.Step is null ? MostSteps : 1;
        List<StoredStep> steps = tables.Steps.List(job.Key, step, most);
        foreach (StoredStep current in steps)
        {
            if (ReadStep(current, current.Index == step ? index : 0) is { } stopped)
            {
                return new LedgerPage<TaskRecord>(_tasks, Cursor.Of(List, current.Index, stopped));
            }
        }

        bool isEnd = filter.Step is not null || steps.Count < most;
        return new LedgerPage<TaskRecord>(_tasks, isEnd ? null : Cursor.Of(List, steps[^1].Index + 1, 0));
    }

    // Answers the index where the page ended, or null when the step did.
    private int? ReadStep(StoredStep step, int from)
    {
        if (filter.Status is { } status && step.Count(status) == 0)
        {
            return null;
        }

        bool wantsVirtual = step.Virtual > 0 && (filter.Status is null || filter.Status == step.VirtualStatus);
        if (wantsVirtual)
        {
            return filter.Status is null ? MergeAll(step, from) : MergeStatus(step, from, filter.Status.Value);
        }

        foreach (TaskRecord task in tables.TaskLists.ListInStep(job, step, filter.Status, from, limit - _tasks.Count + 1))
        {
            if (_tasks.Count == limit)
            {
                return task.Key.Index;
            }

            _tasks.Add(task);
        }

        return null;
    }

    private int? MergeAll(StoredStep step, int from)
    {
        Dictionary<int, TaskRecord> rows = tables.TaskLists.ListInStep(job, step, null, from, limit - _tasks.Count + 1)
            .ToDictionary(static task => task.Key.Index);
        for (int index = from; index < step.Total; index++)
        {
            if (_tasks.Count == limit)
            {
                return index;
            }

            _tasks.Add(rows.GetValueOrDefault(index) ?? TaskReading.Virtual(job, step, index));
        }

        return null;
    }

    // Rows of other statuses are looked at only for where they stand.
    private int? MergeStatus(StoredStep step, int from, JobTaskStatus status)
    {
        List<(int Index, JobTaskStatus Status)> rows = tables.TaskLists.ListPlaces(job.Key, step.Index, from, _rowsLeft);
        int until = rows.Count == _rowsLeft && rows.Count > 0 ? rows[^1].Index + 1 : step.Total;
        int next = 0;
        for (int index = from; index < until; index++)
        {
            bool hasRow = next < rows.Count && rows[next].Index == index;
            if (hasRow && rows[next++].Status != status)
            {
                _rowsLeft--;
                continue;
            }

            if (_tasks.Count == limit)
            {
                return index;
            }

            _rowsLeft -= hasRow ? 1 : 0;
            _tasks.Add(hasRow ? tables.TaskLists.Find(job, step, index)! : TaskReading.Virtual(job, step, index));
        }

        return until < step.Total || _rowsLeft <= 0 ? until : null;
    }
}
