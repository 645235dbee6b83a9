using FuncExec.ExecutorPlugins;
using FuncExec.Ledger.Postgres.Values;
using FuncExec.Orchestrator.Jobs;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Reading;

/// <summary>Tasks as callers see them, those included that have no row: the job's and the step's columns stand before the task's own.</summary>
internal static class TaskRows
{
    /// <summary>Of job <c>j</c>, step <c>s</c>, the place <c>p</c> of the task, its row <c>t</c> and the node <c>n</c> that ran it last.</summary>
    internal const string Columns =
        "j.id, j.created, s.step, s.name, s.closing, s.closing_error, p.idx, " + OwnColumns;

    /// <summary>One task; no row when the job, the step or the index is not there.</summary>
    internal const string Find =
        $"""
        SELECT {Columns} FROM ledger_jobs j JOIN ledger_steps s ON s.job = j.key
            CROSS JOIN (SELECT $3::int AS idx) p
            LEFT JOIN ledger_tasks t ON t.job = j.key AND t.step = s.step AND t.idx = p.idx LEFT JOIN ledger_nodes n ON n.key = t.node
        WHERE j.id = $1 AND j.state <> 5 AND s.step = $2 AND p.idx >= 0 AND p.idx < s.total
        """;

    /// <summary>A page of tasks, and in a row whose first column is true where the next one begins.</summary>
    internal const string Page =
        $"""
        SELECT p.o_ends, {Columns}, p.step AS next_step FROM ledger_jobs j
            CROSS JOIN LATERAL (SELECT o_ends, o_step AS step, o_idx AS idx FROM ledger_task_page(j.key, $2, $3, $4, $5, $6, $7, $8)) p
            LEFT JOIN ledger_steps s ON s.job = j.key AND s.step = p.step
            LEFT JOIN ledger_tasks t ON t.job = j.key AND t.step = p.step AND t.idx = p.idx LEFT JOIN ledger_nodes n ON n.key = t.node
        WHERE j.id = $1 AND j.state <> 5 ORDER BY p.o_ends, p.step, p.idx
        """;

    /// <summary>Those of a job that run.</summary>
    internal const string Running =
        $"""
        SELECT {Columns} FROM ledger_jobs j
            CROSS JOIN LATERAL (SELECT r.* FROM ledger_tasks r WHERE r.status = 2 AND r.job = j.key ORDER BY r.step, r.idx LIMIT $2) t
            JOIN ledger_steps s ON s.job = j.key AND s.step = t.step
            CROSS JOIN LATERAL (SELECT t.idx) p LEFT JOIN ledger_nodes n ON n.key = t.node
        WHERE j.id = $1 AND j.state <> 5 ORDER BY t.step, t.idx
        """;

    /// <summary>The attempts of a task that were kept.</summary>
    internal const string Attempts =
        $"""
        SELECT {Columns} FROM ledger_jobs j JOIN ledger_steps s ON s.job = j.key
            CROSS JOIN LATERAL (
                SELECT a.*, NULL::bigint AS next_retry FROM ledger_attempts a WHERE a.job = j.key AND a.step = s.step AND a.idx = $3) t
            CROSS JOIN LATERAL (SELECT t.idx) p LEFT JOIN ledger_nodes n ON n.key = t.node
        WHERE j.id = $1 AND j.state <> 5 AND s.step = $2 ORDER BY t.attempt
        """;

    private const string OwnColumns =
        "t.status, t.attempt, t.token, t.losses, t.next_retry, n.name, n.id, t.started, t.finished, t.exit_code, t.failure, t.error, t.details, "
        + "t.out_length, t.out_kept, t.out_tail, t.err_length, t.err_kept, t.err_tail, coalesce(t.out_token, t.token)";

    private const int FirstOwn = 7;

    internal static TaskRecord Read(NpgsqlDataReader row) => Read(row, 0);

    internal static TaskRecord Read(NpgsqlDataReader row, int first)
    {
        var key = new TaskKey(row.Text(first), row.GetInt32(first + 2), row.GetInt32(first + 6));
        DateTimeOffset created = row.Time(first + 1);
        string step = row.Text(first + 3);
        int own = first + FirstOwn;
        if (row.IsDBNull(own))
        {
            return new TaskRecord
            {
                Key = key,
                StepName = step,
                Status = (JobTaskStatus?)row.ShortOrNull(first + 4) ?? JobTaskStatus.Queued,
                QueuedAt = created,
                Error = row.TextOrNull(first + 5),
            };
        }

        DateTimeOffset? started = row.TimeOrNull(own + 7);
        return new TaskRecord
        {
            Key = key,
            StepName = step,
            Status = (JobTaskStatus)row.GetInt16(own),
            Attempt = row.GetInt32(own + 1),
            Token = row.GetInt64(own + 2),
            Losses = row.GetInt32(own + 3),
            NextRetryAt = row.TimeOrNull(own + 4),
            Node = row.TextOrNull(own + 5),
            NodeId = row.TextOrNull(own + 6),

            // What was taken over from another job ran before this one was there.
            QueuedAt = started < created ? null : created,
            StartedAt = started,
            FinishedAt = row.TimeOrNull(own + 8),
            ExitCode = row.IntOrNull(own + 9),
            Failure = (FailureKind?)row.ShortOrNull(own + 10),
            Error = row.TextOrNull(own + 11),
            Details = row.TextOrNull(own + 12),
            Stdout = ReadOutput(row, own + 13),
            Stderr = ReadOutput(row, own + 16),
            OutputToken = row.GetInt64(own + 19),
        };
    }

    private static OutputRecord ReadOutput(NpgsqlDataReader row, int column) => row.IsDBNull(column)
        ? OutputRecord.Empty
        : new OutputRecord(
            row.GetInt64(column), row.LongOrNull(column + 1) ?? 0, row.IsDBNull(column + 2) ? ReadOnlyMemory<byte>.Empty : row.Packed(column + 2));
}
