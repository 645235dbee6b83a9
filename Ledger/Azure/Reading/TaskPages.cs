using FuncExec.Ledger.Azure.Jobs;
using FuncExec.Ledger.Values;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Reading;

/// <summary>
/// Makes one page of a job's tasks. Steps that have none of those asked for are passed over by their counts; where some of a step are
/// asked for, its rows of statuses say which, as many rows as a page may cost.
/// </summary>
internal sealed class TaskPages(TaskReader tasks, LoadedHead head, IReadOnlyList<StepData> steps, TaskFilter filter, int limit)
{
    /// <summary>The most rows of statuses that a page looks at.</summary>
    private const int MostStatuses = 5;

    /// <summary>The most steps of which a page reads rows.</summary>
    private const int MostSteps = 64;

    private const char List = 't';

    private readonly List<TaskRecord> _tasks = [];
    private int _statusesLeft = MostStatuses;
    private int _stepsLeft = MostSteps;

    /// <summary>Where a page begins.</summary>
    internal static TaskPlace ReadCursor(TaskFilter filter, string? after)
    {
        (int step, int index) = after is null ? (filter.Step ?? 0, 0) : Cursor.ReadTask(List, after);
        return filter.Step is { } only && step != only ? throw new BadCursorException() : new TaskPlace(step, index);
    }

    internal async Task<LedgerPage<TaskRecord>> ReadAsync(TaskPlace first, CancellationToken cancellationToken)
    {
        int end = filter.Step is { } only ? Math.Min(only + 1, steps.Count) : steps.Count;
        for (TaskPlace place = first; place.Step >= 0 && place.Step < end; place = new TaskPlace(place.Step + 1, 0))
        {
            StepData step = steps[place.Step];
            if ((filter.Status is { } status && step.Count(status) == 0) || place.Index >= step.Total)
            {
                continue;
            }

            if (_tasks.Count == limit || _stepsLeft-- == 0)
            {
                return Stop(place);
            }

            TaskPlace? stopped = filter.Status is { } wanted
                ? await ReadStatusAsync(step, place, wanted, cancellationToken).ConfigureAwait(false)
                : await ReadAllAsync(step, place, cancellationToken).ConfigureAwait(false);
            if (stopped is { } at)
            {
                return Stop(at);
            }
        }

        return new LedgerPage<TaskRecord>(_tasks, null);
    }

    private LedgerPage<TaskRecord> Stop(TaskPlace at) => new(_tasks, Cursor.Of(List, at.Step, at.Index));

    // Answers where the page ended, or null when the step did.
    private async Task<TaskPlace?> ReadAllAsync(StepData step, TaskPlace first, CancellationToken cancellationToken)
    {
        int until = (int)Math.Min(step.Total, (long)first.Index + limit - _tasks.Count);
        Dictionary<int, TaskRecord> rows = step.Virtual == step.Total
            ? []
            : await tasks.ListRowsAsync(head.Head, step, first, until, until - first.Index, cancellationToken).ConfigureAwait(false);
        for (int index = first.Index; index < until; index++)
        {
            _tasks.Add(rows.GetValueOrDefault(index) ?? TaskData.Virtual(head.Head, step, first with { Index = index }));
        }

        return until < step.Total ? first with { Index = until } : null;
    }

    private async Task<TaskPlace?> ReadStatusAsync(StepData step, TaskPlace first, JobTaskStatus status, CancellationToken cancellationToken)
    {
        for (TaskPlace place = first; place.Index < step.Total;)
        {
            if (_statusesLeft-- == 0)
            {
                return place;
            }

            int page = place.Index / JobWork.StatusesInRow;
            int end = Math.Min(step.Total, (page + 1) * JobWork.StatusesInRow);
            if (await ReadPageAsync(step, place, end, status, cancellationToken).ConfigureAwait(false) is { } stopped)
            {
                return stopped;
            }

            place = place with { Index = end };
        }

        return null;
    }

    private async Task<TaskPlace?> ReadPageAsync(StepData step, TaskPlace first, int end, JobTaskStatus status, CancellationToken cancellationToken)
    {
        byte[] statuses = await tasks.ReadStatusesAsync(head.Head, first.Step, first.Index / JobWork.StatusesInRow, cancellationToken).ConfigureAwait(false);
        var wanted = new List<TaskPlace>();
        int index = first.Index;
        for (; index < end && wanted.Count < limit - _tasks.Count; index++)
        {
            byte found = statuses[index % JobWork.StatusesInRow];
            if (found == (byte)status || (found == 0 && step.VirtualStatus == status))
            {
                wanted.Add(first with { Index = index });
            }
        }

        // What has changed since the statuses were read is passed over.
        List<TaskPlace> stored = [.. wanted.Where(place => statuses[place.Index % JobWork.StatusesInRow] != 0)];
        Dictionary<int, TaskRecord> rows = (await tasks.FindRowsAsync(head, step, stored, cancellationToken).ConfigureAwait(false))
            .ToDictionary(static task => task.Key.Index);
        _tasks.AddRange(wanted
            .Select(place => statuses[place.Index % JobWork.StatusesInRow] == 0
                ? TaskData.Virtual(head.Head, step, place)
                : rows.GetValueOrDefault(place.Index))
            .OfType<TaskRecord>().Where(task => task.Status == status));
        return index < end ? first with { Index = index } : null;
    }
}
