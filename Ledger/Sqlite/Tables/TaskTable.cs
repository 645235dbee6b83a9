using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>What decides about a task: the head of its row.</summary>
internal sealed record StoredTask(JobTaskStatus Status, int Attempt, long Token, int Losses, long? Node, int Artifacts);

/// <summary>A row for each task that has begun.</summary>
internal sealed class TaskTable(Func<string, Statement> prepare)
{
    private const string This = "WHERE job = ?1 AND step = ?2 AND idx = ?3";

    /// <summary>What a claim overwrote, from the attempt that was kept when the claim was made; the first has none before it.</summary>
    private const string AsBefore =
        "(node, started, finished, out_token) = (SELECT a.node, a.started, a.finished, COALESCE(a.out_token, a.token) FROM attempts a "
        + "WHERE a.job = ?1 AND a.step = ?2 AND a.idx = ?3 AND a.attempt = tasks.attempt - 1)";

    private readonly Statement _find = prepare(
        $"SELECT status, attempt, token, losses, node, artifacts FROM tasks {This}");
    private readonly Statement _insertClaimed = prepare(
        "INSERT INTO tasks(job, step, idx, status, attempt, token, losses, node, started, stored, artifacts) "
        + "VALUES (?1, ?2, ?3, 2, ?4, ?5, ?6, ?7, ?8, 0, 0)");
    private readonly Statement _claim = prepare(
        $"UPDATE tasks SET status = 2, attempt = ?4, token = ?5, losses = ?6, node = ?7, started = ?8, finished = NULL, next_retry = NULL, out_token = NULL {This}");
    private readonly Statement _keepAttempt = prepare(
        "INSERT OR IGNORE INTO attempts SELECT job, step, idx, attempt, ended, token, losses, node, started, finished, exit_code, failure, "
        + $"error, details, out_length, out_kept, out_tail, err_length, err_kept, err_tail, out_token FROM tasks {This}");
    private readonly Statement _abandon = prepare(
        "UPDATE tasks SET status = ?4, token = token + 1, out_token = token, losses = ?5, next_retry = NULL, finished = ?6, ended = ?4, "
        + "exit_code = NULL, failure = ?7, error = ?8, details = NULL, out_length = NULL, out_kept = NULL, out_tail = NULL, "
        + $"err_length = NULL, err_kept = NULL, err_tail = NULL {This}");
    private readonly Statement _release = prepare(
        $"UPDATE tasks SET status = 1, attempt = attempt - 1, next_retry = NULL, {AsBefore} {This}");
    private readonly Statement _giveUp = prepare(
        $"UPDATE tasks SET status = 1, attempt = attempt - 1, token = token + 1, losses = losses + 1, next_retry = NULL, {AsBefore} {This}");
    private readonly Statement _retryAt = prepare($"UPDATE tasks SET status = 1, next_retry = ?4 {This}");
    private readonly Statement _cancelWaiting = prepare($"UPDATE tasks SET status = 5, next_retry = NULL, error = ?4 {This}");
    private readonly Statement _byStatus = prepare(
        "SELECT step, idx, node FROM tasks INDEXED BY tasks_by_status WHERE status = ?1 AND job = ?2 AND (step, idx) >= (?3, ?4) ORDER BY step, idx LIMIT ?5");
    private readonly Statement _copy = prepare(
        "INSERT OR IGNORE INTO tasks(job, step, idx, status, attempt, token, losses, node, started, finished, ended, exit_code, "
        + "failure, error, details, out_length, out_kept, out_tail, err_length, err_kept, err_tail, stored, artifacts, out_token) "
        + "SELECT ?4, step, idx, status, attempt, token, losses, node, started, finished, ended, exit_code, failure, error, details, "
        + $"out_length, out_kept, out_tail, err_length, err_kept, err_tail, stored, artifacts, out_token FROM tasks {This}");
    private readonly Statement _stored = prepare($"SELECT stored, exit_code FROM tasks {This}");

    internal StoredTask? Find(long job, int step, int index)
    {
        BindThis(_find, job, step, index);
        try
        {
            return _find.Step()
                ? new StoredTask(
                    (JobTaskStatus)_find.Int32(0), _find.Int32(1), _find.Int64(2), _find.Int32(3), _find.Int64OrNull(4), _find.Int32(5))
                : null;
        }
        finally
        {
            _find.Reset();
        }
    }

    /// <summary>Another attempt follows the one that has just ended.</summary>
    internal void RetryAt(long job, TaskKey task, DateTimeOffset due)
    {
        BindThis(_retryAt, job, task.Step, task.Index);
        _retryAt.Bind(4, due);
        _retryAt.Run();
    }

    /// <summary>Writes a claim, over an existing row or as a new one.</summary>
    internal void Claim(long job, TaskKey task, StoredTask claimed, DateTimeOffset now, bool isNew)
    {
        Statement write = isNew ? _insertClaimed : _claim;
        BindThis(write, job, task.Step, task.Index);
        write.Bind(4, claimed.Attempt);
        write.Bind(5, claimed.Token);
        write.Bind(6, claimed.Losses);
        write.BindOrNull(7, claimed.Node);
        write.Bind(8, now.UtcTicks);
        write.Run();
    }

    /// <summary>The attempt that was claimed is due again; the token stays, so that the next claim has a larger one.</summary>
    internal void Release(long job, TaskKey task)
    {
        BindThis(_release, job, task.Step, task.Index);
        _release.Run();
    }

    /// <summary>The attempt that a dead node had claimed is due again. Its token grows, so that whoever had it records nothing more.</summary>
    internal void GiveUp(long job, TaskKey task)
    {
        BindThis(_giveUp, job, task.Step, task.Index);
        _giveUp.Run();
    }

    /// <summary>
    /// Keeps the attempt that has ended, before the row becomes the next one's. It may be kept already: the next one was
    /// claimed before, and given back.
    /// </summary>
    internal void KeepAttempt(long job, TaskKey task)
    {
        BindThis(_keepAttempt, job, task.Step, task.Index);
        _keepAttempt.Run();
    }

    /// <summary>Ends a running row that nobody living holds. Its token grows, so that whoever had it records nothing more.</summary>
    internal void Abandon(long job, int step, int index, AbandonedTask how, DateTimeOffset now)
    {
        BindThis(_abandon, job, step, index);
        _abandon.Bind(4, (long)how.Status);
        _abandon.Bind(5, how.Losses);
        _abandon.Bind(6, now.UtcTicks);
        _abandon.BindOrNull(7, (long?)how.Failure);
        _abandon.Bind(8, how.Error);
        _abandon.Run();
    }

    /// <summary>A task that waited for its next attempt is cancelled; what is known of the last one stays.</summary>
    internal void CancelWaiting(long job, int step, int index, string error)
    {
        BindThis(_cancelWaiting, job, step, index);
        _cancelWaiting.Bind(4, error);
        _cancelWaiting.Run();
    }

    /// <summary>Places and nodes of the rows of a status, from a place on.</summary>
    internal List<(TaskPlace Place, long? Node)> ListPlaces(long job, JobTaskStatus status, TaskPlace from, int limit)
    {
        var places = new List<(TaskPlace, long?)>();
        _byStatus.Bind(1, (long)status);
        _byStatus.Bind(2, job);
        _byStatus.Bind(3, from.Step);
        _byStatus.Bind(4, from.Index);
        _byStatus.Bind(5, limit);
        try
        {
            while (_byStatus.Step())
            {
                places.Add((new TaskPlace(_byStatus.Int32(0), _byStatus.Int32(1)), _byStatus.Int64OrNull(2)));
            }
        }
        finally
        {
            _byStatus.Reset();
        }

        return places;
    }

    /// <summary>Takes a row over into another job; false when it is there.</summary>
    internal bool Copy(long from, long to, TaskPlace place)
    {
        BindThis(_copy, from, place.Step, place.Index);
        _copy.Bind(4, to);
        return _copy.Run() > 0;
    }

    /// <summary>What a task has stored in the blob store, and its exit code.</summary>
    internal (long Stored, int? ExitCode) ReadStored(long job, TaskPlace place)
    {
        BindThis(_stored, job, place.Step, place.Index);
        try
        {
            return _stored.Step() ? (_stored.Int64(0), _stored.Int32OrNull(1)) : default;
        }
        finally
        {
            _stored.Reset();
        }
    }

    private static void BindThis(Statement statement, long job, int step, int index)
    {
        statement.Bind(1, job);
        statement.Bind(2, step);
        statement.Bind(3, index);
    }
}
