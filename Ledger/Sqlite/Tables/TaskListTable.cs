using FuncExec.ExecutorPlugins;
using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Ledger.Values;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>Tasks and attempts as callers see them.</summary>
internal sealed class TaskListTable(Func<string, Statement> prepare)
{
    private const string Outputs = "t.out_length, t.out_kept, t.out_tail, t.err_length, t.err_kept, t.err_tail, COALESCE(t.out_token, t.token)";

    private const string Columns =
        "t.step, t.idx, t.status, t.attempt, t.token, t.losses, t.next_retry, n.name, n.id, t.started, t.finished, t.exit_code, "
        + $"t.failure, t.error, t.details, {Outputs}";

    private const string Source = "tasks t LEFT JOIN nodes n ON n.key = t.node";

    // Without statistics the planner takes the primary key for as good, and reads every row of the job.
    private const string ByStatus = "tasks t INDEXED BY tasks_by_status LEFT JOIN nodes n ON n.key = t.node";

    private readonly Statement _find = prepare(
        $"SELECT {Columns} FROM {Source} WHERE t.job = ?1 AND t.step = ?2 AND t.idx = ?3");
    private readonly Statement _inStep = prepare(
        $"SELECT {Columns} FROM {Source} WHERE t.job = ?1 AND t.step = ?2 AND t.idx >= ?3 ORDER BY t.idx LIMIT ?4");
    private readonly Statement _places = prepare(
        "SELECT idx, status FROM tasks WHERE job = ?1 AND step = ?2 AND idx >= ?3 ORDER BY idx LIMIT ?4");
    private readonly Statement _inStepByStatus = prepare(
        $"SELECT {Columns} FROM {ByStatus} WHERE t.status = ?5 AND t.job = ?1 AND t.step = ?2 AND t.idx >= ?3 ORDER BY t.idx LIMIT ?4");
    private readonly Statement _running = prepare(
        $"SELECT {Columns} FROM {ByStatus} WHERE t.status = 2 AND t.job = ?1 ORDER BY t.step, t.idx LIMIT ?2");
    private readonly Statement _attempts = prepare(
        "SELECT t.step, t.idx, t.status, t.attempt, t.token, t.losses, NULL, n.name, n.id, t.started, t.finished, t.exit_code, "
        + $"t.failure, t.error, t.details, {Outputs} FROM attempts t LEFT JOIN nodes n ON n.key = t.node "
        + "WHERE t.job = ?1 AND t.step = ?2 AND t.idx = ?3 ORDER BY t.attempt");

    internal TaskRecord? Find(StoredJob job, StoredStep step, int index)
    {
        Bind(_find, job.Key, step.Index, index);
        return ReadAll(_find, job, _ => step).SingleOrDefault();
    }

    /// <summary>The rows of a step, of one status or of all, from an index on.</summary>
    internal List<TaskRecord> ListInStep(StoredJob job, StoredStep step, JobTaskStatus? status, int from, int limit)
    {
        Statement list = status is null ? _inStep : _inStepByStatus;
        Bind(list, job.Key, step.Index, from);
        list.Bind(4, limit);
        if (status is { } only)
        {
            list.Bind(5, (long)only);
        }

        return ReadAll(list, job, _ => step);
    }

    /// <summary>The indices and statuses of the rows of a step, from an index on.</summary>
    internal List<(int Index, JobTaskStatus Status)> ListPlaces(long job, int step, int from, int limit)
    {
        var places = new List<(int, JobTaskStatus)>();
        Bind(_places, job, step, from);
        _places.Bind(4, limit);
        try
        {
            while (_places.Step())
            {
                places.Add((_places.Int32(0), (JobTaskStatus)_places.Int32(1)));
            }
        }
        finally
        {
            _places.Reset();
        }

        return places;
    }

    internal List<TaskRecord> ListRunning(StoredJob job, Func<int, StoredStep> step, int limit)
    {
        _running.Bind(1, job.Key);
        _running.Bind(2, limit);
        return ReadAll(_running, job, step);
    }

    internal List<TaskRecord> ListAttempts(StoredJob job, StoredStep step, int index)
    {
        Bind(_attempts, job.Key, step.Index, index);
        return ReadAll(_attempts, job, _ => step);
    }

    private static void Bind(Statement statement, long job, int step, int index)
    {
        statement.Bind(1, job);
        statement.Bind(2, step);
        statement.Bind(3, index);
    }

    private static List<TaskRecord> ReadAll(Statement list, StoredJob job, Func<int, StoredStep> step)
    {
        var tasks = new List<TaskRecord>();
        try
        {
            while (list.Step())
            {
                tasks.Add(Read(list, job, step(list.Int32(0))));
            }
        }
        finally
        {
            list.Reset();
        }

        return tasks;
    }

    private static TaskRecord Read(Statement row, StoredJob job, StoredStep step)
    {
        DateTimeOffset? started = row.TimeOrNull(9);
        return new TaskRecord
        {
            Key = new TaskKey(job.Job.Id, step.Index, row.Int32(1)),
            StepName = step.Name,
            Status = (JobTaskStatus)row.Int32(2),
            Attempt = row.Int32(3),
            Token = row.Int64(4),
            Losses = row.Int32(5),
            NextRetryAt = row.TimeOrNull(6),
            Node = row.TextOrNull(7),
            NodeId = row.TextOrNull(8),

            // What was taken over from another job ran before this one was there.
            QueuedAt = started < job.Job.CreatedAt ? null : job.Job.CreatedAt,
            StartedAt = started,
            FinishedAt = row.TimeOrNull(10),
            ExitCode = row.Int32OrNull(11),
            Failure = (FailureKind?)row.Int32OrNull(12),
            Error = row.TextOrNull(13),
            Details = row.TextOrNull(14),
            Stdout = ReadOutput(row, 15),
            Stderr = ReadOutput(row, 18),
            OutputToken = row.Int64(21),
        };
    }

    private static OutputRecord ReadOutput(Statement row, int column) => row.IsNull(column)
        ? OutputRecord.Empty
        : new OutputRecord(
            row.Int64(column),
            row.Int64OrNull(column + 1) ?? 0,
            row.IsNull(column + 2) ? ReadOnlyMemory<byte>.Empty : Packed.Read(row.Bytes(column + 2)));
}
