using Azure;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Ledger.Values;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>What a commit writes.</summary>
internal sealed partial class JobWork
{
    private const int MostKept = 256;

    /// <summary>Whether nobody else is known to have written since the head was.</summary>
    internal bool IsCurrent { get; set; } = true;

    /// <summary>All that was changed, as one commit; the head is the first of its rows, and the only condition.</summary>
    internal JobCommit Seal(string id)
    {
        _head = Head! with
        {
            Commit = id,
            Version = Head.Version + 1,
            ChangedAt = Now,
            ListedBy = JobLists.IsMoved(Stored, Head) ? id : Head.ListedBy,
        };
        TableRow[] listed = [.. JobLists.Rows(_head)];
        TableRow[] unlisted = [.. JobLists.Rows(Stored)];
        return new JobCommit(
            id,
            ToChanges(),
            [.. _before, .. listed.Where(row => !unlisted.Any(other => JobLists.IsSame(row, other)))],
            [.. unlisted.Where(row => !listed.Any(other => JobLists.IsSame(row, other)))],
            _events.Count > 0 ? RowKeys.Events(_events[^1].Number) : null);
    }

    /// <summary>The change is stored: what is known stays, as far as it is worth its memory.</summary>
    internal bool Committed(ETag etag)
    {
        Stored = _head;
        ETag = etag;
        Changes = 0;
        _weight = 0;
        _changedSteps.Clear();
        _changedStatuses.Clear();
        _changedTasks.Clear();
        _others.Clear();
        _before.Clear();
        _events.Clear();
        foreach (TaskPlace place in _tasks.Where(static task => task.Value is not { IsRunning: true }).Select(static task => task.Key).ToArray())
        {
            _tasks.Remove(place);
        }

        Trim(_statuses);
        Trim(_tasks);
        if (_steps.Count > MostKept)
        {
            foreach (int page in _steps.Keys.Where(static page => page > 0).ToArray())
            {
                _steps.Remove(page);
            }
        }

        return true;
    }

    private List<TableChange> ToChanges()
    {
        var data = new HeadData(_head!, _head!.IsRemoved ? [] : _steps[0]);
        var head = new TableRow(_partition, RowKeys.Head, LedgerJson.Write(data, LedgerJson.Default.HeadData));
        List<TableChange> changes = [new TableChange.Replace(head, ETag!.Value)];
        foreach (int page in _changedSteps)
        {
            Add(RowKeys.Steps(_head!, page), LedgerJson.Write(new StepsData(_head!.Version, _steps[page]), LedgerJson.Default.StepsData));
        }

        foreach ((int step, int page) in _changedStatuses)
        {
            Add(RowKeys.Statuses(step, page), Packed.Of(_statuses[(step, page)]));
        }

        foreach (TaskPlace place in _changedTasks)
        {
            Add(RowKeys.Task(place), LedgerJson.Write(_tasks[place]!, LedgerJson.Default.TaskData));
        }

        if (_events.Count > 0)
        {
            Add(RowKeys.Events(_events[^1].Number), LedgerJson.Write(new EventsData(_head!.Commit, _events), LedgerJson.Default.EventsData));
        }

        // A row may be written twice by two operations of one commit: the last one stands.
        changes.AddRange(_others.GroupBy(static row => row.Key, static (_, rows) => new TableChange.Put(rows.Last())));
        return changes;

        void Add(string key, byte[] data) => changes.Add(new TableChange.Put(new TableRow(_partition, key, data)));
    }

    private static void Trim<TKey, TValue>(Dictionary<TKey, TValue> known)
        where TKey : notnull
    {
        if (known.Count > MostKept)
        {
            known.Clear();
        }
    }
}
