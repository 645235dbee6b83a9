using FuncExec.Ledger.Azure.Tables;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>Reading rows that belong to the head.</summary>
internal sealed partial class JobWork
{
    private const int RowsAtOnce = 16;

    /// <summary>Reads tasks that are going to be asked for, several at once.</summary>
    internal async Task LoadTasksAsync(IReadOnlyList<TaskPlace> places, CancellationToken cancellationToken)
    {
        foreach (TaskPlace[] some in places.Where(place => !_tasks.ContainsKey(place)).Chunk(RowsAtOnce))
        {
            TaskData?[] found = await Task.WhenAll(some.Select(place => ReadTaskAsync(place, cancellationToken))).ConfigureAwait(false);
            for (int i = 0; i < some.Length; i++)
            {
                _tasks[some[i]] = found[i];
            }
        }
    }

    private async Task<TaskData?> ReadTaskAsync(TaskPlace place, CancellationToken cancellationToken)
    {
        Reads++;
        TableRow? row = await _table.FindAsync(_partition, RowKeys.Task(place), cancellationToken).ConfigureAwait(false);
        return row is null ? null : LedgerJson.Read(row, LedgerJson.Default.TaskData);
    }

    private async Task<StepData[]> LoadStepsAsync(int page, CancellationToken cancellationToken)
    {
        if (!_steps.TryGetValue(page, out StepData[]? steps))
        {
            Reads++;
            steps = [.. (await JobReader.ReadPageAsync(_table, Stored!, page, cancellationToken).ConfigureAwait(false)).Steps];
            _steps[page] = steps;
        }

        return steps;
    }

    private async Task LoadAllStepsAsync(CancellationToken cancellationToken)
    {
        int pages = ((Head?.Steps ?? 0) + StepsInRow - 1) / StepsInRow;
        if (_steps.Count >= pages)
        {
            return;
        }

        int page = 1;
        await foreach (StepsData read in JobReader.ListPagesAsync(_table, Stored!, page, cancellationToken).ConfigureAwait(false))
        {
            Reads++;
            _steps.TryAdd(page++, [.. read.Steps]);
        }

        for (int missing = page; missing < pages; missing++)
        {
            await LoadStepsAsync(missing, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<byte[]> LoadStatusesAsync(int step, int page, CancellationToken cancellationToken)
    {
        if (!_statuses.TryGetValue((step, page), out byte[]? statuses))
        {
            Reads++;
            TableRow? row = await _table.FindAsync(_partition, RowKeys.Statuses(step, page), cancellationToken).ConfigureAwait(false);
            statuses = StatusRows.Read(row);
            _statuses[(step, page)] = statuses;
        }

        return statuses;
    }

    private async Task LoadAllStatusesAsync(int step, int from, int total, CancellationToken cancellationToken)
    {
        var range = new TableRange(_partition, RowKeys.Statuses(step, from), RowKeys.StatusPrefix(step) + "~");
        await foreach (TableRow row in _table.ListAsync(range, 1_000, cancellationToken).ConfigureAwait(false))
        {
            Reads++;
            _statuses.TryAdd((step, RowKeys.PageOf(row.Key)), StatusRows.Read(row));
        }

        for (int page = from; page * StatusesInRow < total; page++)
        {
            _statuses.TryAdd((step, page), StatusRows.Read(null));
        }
    }
}
