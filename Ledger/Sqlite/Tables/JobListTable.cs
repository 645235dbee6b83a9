using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>Lists of jobs; each statement goes along one index.</summary>
internal sealed class JobListTable(Func<string, Statement> prepare)
{
    private readonly Statement _all = prepare(
        $"SELECT {JobTable.Columns} FROM jobs WHERE status > 0 AND id < ?1 ORDER BY id DESC LIMIT ?2");
    private readonly Statement _byStatus = prepare(
        $"SELECT {JobTable.Columns} FROM jobs WHERE status = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2");
    private readonly Statement _byName = prepare(
        $"SELECT {JobTable.Columns} FROM jobs WHERE name = ?3 AND status > 0 AND id < ?1 ORDER BY id DESC LIMIT ?2");
    private readonly Statement _byNameAndStatus = prepare(
        $"SELECT {JobTable.Columns} FROM jobs WHERE name = ?3 AND status = ?4 AND id < ?1 ORDER BY id DESC LIMIT ?2");
    private readonly Statement _byState = prepare(
        $"SELECT {JobTable.Columns} FROM jobs WHERE state = ?1 AND state <> 4 AND created < ?2 "
        + "AND (created, id) > (?3, ?4) ORDER BY created, id LIMIT ?5");
    private readonly Statement _finished = prepare(
        $"SELECT {JobTable.Columns} FROM jobs WHERE state = 4 AND finished < ?1 "
        + "AND (finished, id) > (?2, ?3) ORDER BY finished, id LIMIT ?4");
    private readonly Statement _nextRunning = prepare(
        "SELECT job FROM tasks INDEXED BY tasks_by_status WHERE status = 2 AND job > ?1 ORDER BY job LIMIT 1");
    private readonly Statement _byKey = prepare($"SELECT {JobTable.Columns} FROM jobs WHERE key = ?1");

    /// <summary>Jobs that can be seen, newest first, after an id; null for the first of all.</summary>
    internal List<StoredJob> Read(JobFilter filter, string? after, int limit)
    {
        Statement list = (filter.Name, filter.Status) switch
        {
            (null, null) => _all,
            (null, _) => _byStatus,
            (_, null) => _byName,
            _ => _byNameAndStatus,
        };
        if (after is null)
        {
            list.BindBlob(1, []); // A blob is greater than every text.
        }
        else
        {
            list.Bind(1, after);
        }

        list.Bind(2, limit);
        int parameter = 3;
        if (filter.Name is { } name)
        {
            list.Bind(parameter++, name);
        }

        if (filter.Status is { } status)
        {
            list.Bind(parameter, (long)status);
        }

        return ReadAll(list);
    }

    /// <summary>Jobs in a state other than finished, oldest first.</summary>
    internal List<StoredJob> ReadByState(JobState state, DateTimeOffset before, StoredJob? after, int limit)
    {
        _byState.Bind(1, (long)state);
        _byState.Bind(2, before.UtcTicks);
        _byState.Bind(3, after?.Job.CreatedAt.UtcTicks ?? -1);
        _byState.Bind(4, after?.Job.Id ?? "");
        _byState.Bind(5, limit);
        return ReadAll(_byState);
    }

    internal List<StoredJob> ReadFinished(DateTimeOffset before, StoredJob? after, int limit)
    {
        _finished.Bind(1, before.UtcTicks);
        _finished.Bind(2, after?.Job.FinishedAt?.UtcTicks ?? -1);
        _finished.Bind(3, after?.Job.Id ?? "");
        _finished.Bind(4, limit);
        return ReadAll(_finished);
    }

    /// <summary>Jobs with tasks that run; one step along the index for each, whatever else is in it.</summary>
    internal List<StoredJob> ReadRunning(StoredJob? after, int limit)
    {
        var jobs = new List<StoredJob>();
        long key = after?.Key ?? 0;
        while (jobs.Count < limit && NextRunning(key) is { } next)
        {
            key = next;
            _byKey.Bind(1, key);
            jobs.AddRange(ReadAll(_byKey));
        }

        return jobs;
    }

    private long? NextRunning(long after)
    {
        _nextRunning.Bind(1, after);
        try
        {
            return _nextRunning.Step() ? _nextRunning.Int64(0) : null;
        }
        finally
        {
            _nextRunning.Reset();
        }
    }

    private static List<StoredJob> ReadAll(Statement list)
    {
        var jobs = new List<StoredJob>();
        try
        {
            while (list.Step())
            {
                jobs.Add(JobTable.Read(list));
            }
        }
        finally
        {
            list.Reset();
        }

        return jobs;
    }
}
