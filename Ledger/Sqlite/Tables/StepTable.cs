using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>A row for each step. Its counts change in the transactions that change its tasks.</summary>
internal sealed class StepTable(Func<string, Statement> prepare)
{
    private const string Columns =
        "step, name, total, queued, running, succeeded, failed, cancelled, timed_out, closing, closing_error";

    private readonly Statement _insert = prepare("INSERT INTO steps VALUES (?1, ?2, ?3, ?4, 0, 0, 0, 0, 0, 0, NULL, NULL)");
    private readonly Statement _find = prepare($"SELECT {Columns} FROM steps WHERE job = ?1 AND step = ?2");
    private readonly Statement _list = prepare($"SELECT {Columns} FROM steps WHERE job = ?1 AND step >= ?2 ORDER BY step LIMIT ?3");
    private readonly Statement _listOpen = prepare(
        $"SELECT {Columns} FROM steps WHERE job = ?1 AND closing IS NULL "
        + "AND total > queued + running + succeeded + failed + cancelled + timed_out ORDER BY step LIMIT ?2");
    private readonly Statement _move = prepare(
        "UPDATE steps SET queued = queued + ?3, running = running + ?4, succeeded = succeeded + ?5, failed = failed + ?6, "
        + "cancelled = cancelled + ?7, timed_out = timed_out + ?8 WHERE job = ?1 AND step = ?2");
    private readonly Statement _close = prepare("UPDATE steps SET closing = ?3, closing_error = ?4 WHERE job = ?1 AND step = ?2");
    private readonly Statement _running = prepare("SELECT coalesce(sum(running), 0) FROM steps WHERE job = ?1");

    internal void Insert(long job, int step, NewStep content)
    {
        _insert.Bind(1, job);
        _insert.Bind(2, step);
        _insert.Bind(3, content.Name);
        _insert.Bind(4, content.Tasks);
        _insert.Run();
    }

    internal StoredStep? Find(long job, int step)
    {
        _find.Bind(1, job);
        _find.Bind(2, step);
        try
        {
            return _find.Step() ? Read(_find) : null;
        }
        finally
        {
            _find.Reset();
        }
    }

    /// <summary>Steps in order, from one on.</summary>
    internal List<StoredStep> List(long job, int from = 0, int limit = int.MaxValue)
    {
        _list.Bind(1, job);
        _list.Bind(2, from);
        _list.Bind(3, limit);
        return ReadAll(_list);
    }

    /// <summary>Steps with tasks that have no row and wait for one.</summary>
    internal List<StoredStep> ListOpen(long job, int limit)
    {
        _listOpen.Bind(1, job);
        _listOpen.Bind(2, limit);
        return ReadAll(_listOpen);
    }

    /// <summary>Counts rows of tasks at another status; null stands for having no row.</summary>
    internal void Move(long job, int step, JobTaskStatus? from, JobTaskStatus to, int count = 1)
    {
        _move.Bind(1, job);
        _move.Bind(2, step);
        for (JobTaskStatus status = JobTaskStatus.Queued; status <= JobTaskStatus.TimedOut; status++)
        {
            _move.Bind((int)status + 2, (status == to ? count : 0) - (status == from ? count : 0));
        }

        _move.Run();
    }

    internal void Close(long job, int step, StepClosing closing)
    {
        _close.Bind(1, job);
        _close.Bind(2, step);
        _close.Bind(3, (long)closing.Status);
        _close.Bind(4, closing.Error);
        _close.Run();
    }

    /// <summary>How many tasks of a job run.</summary>
    internal long CountRunning(long job)
    {
        _running.Bind(1, job);
        try
        {
            return _running.Step() ? _running.Int64(0) : 0;
        }
        finally
        {
            _running.Reset();
        }
    }

    private static List<StoredStep> ReadAll(Statement list)
    {
        var steps = new List<StoredStep>();
        try
        {
            while (list.Step())
            {
                steps.Add(Read(list));
            }
        }
        finally
        {
            list.Reset();
        }

        return steps;
    }

    private static StoredStep Read(Statement row) => new(
        row.Int32(0), row.Text(1), row.Int32(2), row.Int32(3), row.Int32(4), row.Int32(5), row.Int32(6), row.Int32(7),
        row.Int32(8), row.IsNull(9) ? null : new StepClosing((JobTaskStatus)row.Int32(9), row.Text(10)));
}
