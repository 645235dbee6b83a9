using FuncExec.Ledger.Postgres.Values;
using FuncExec.Orchestrator.Jobs;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Reading;

/// <summary>Jobs with their steps: a row for each step, the job's own columns before it.</summary>
internal static class JobRows
{
    /// <summary>The columns of a job <c>j</c> and of its step <c>s</c>.</summary>
    internal const string Columns =
        "j.key, j.id, j.name, j.state, j.status, j.error, j.created, j.started, j.finished, j.suspended, j.stop_kind, j.stop_reason, j.rerun_of, "
        + "j.workspace, j.stored, j.last_event, s.step, s.name, s.total, s.queued, s.running, s.succeeded, s.failed, s.cancelled, s.timed_out, "
        + "s.closing, s.closing_error";

    /// <summary>One job that can be seen.</summary>
    internal const string Find = $"SELECT {Columns} FROM ledger_jobs j JOIN ledger_steps s ON s.job = j.key WHERE j.id = $1 AND j.state <> 5 ORDER BY s.step";

    private const int FirstStep = 16;

    /// <summary>A job's row of one step.</summary>
    internal static (JobRecord Job, StepRecord Step) Read(NpgsqlDataReader row) => (ReadJob(row), ReadStep(row, FirstStep));

    /// <summary>The jobs of rows in which those of each job follow each other.</summary>
    internal static List<JobRecord> Gather(IEnumerable<(JobRecord Job, StepRecord Step)> rows)
    {
        List<JobRecord> jobs = [];
        List<StepRecord> steps = [];
        foreach ((JobRecord job, StepRecord step) in rows)
        {
            if (jobs.Count == 0 || jobs[^1].Id != job.Id)
            {
                steps = [];
                jobs.Add(job with { Steps = steps });
            }

            steps.Add(step);
        }

        return jobs;
    }

    /// <summary>Reads an answer that has the rows of one job, or none.</summary>
    internal static async Task<JobRecord?> ReadOneAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        List<(JobRecord, StepRecord)> rows = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(Read(reader));
        }

        return Gather(rows).FirstOrDefault();
    }

    private static JobRecord ReadJob(NpgsqlDataReader row)
    {
        var state = (JobState)row.GetInt16(3);
        int suspended = row.GetInt16(9);
        return new JobRecord
        {
            Id = row.Text(1),
            Name = row.TextOrNull(2),
            State = state,
            EndStatus = state is JobState.Finished ? (JobStatus)row.GetInt16(4) : null,
            Error = row.TextOrNull(5),
            CreatedAt = row.Time(6),
            StartedAt = row.TimeOrNull(7),
            FinishedAt = row.TimeOrNull(8),
            IsSuspended = (suspended & 1) != 0,
            IsSuspensionUntold = (suspended & 2) != 0,
            Stop = row.IsDBNull(10) ? null : new JobStop((StopKind)row.GetInt16(10), row.TextOrNull(11)),
            RerunOf = row.TextOrNull(12),
            Workspace = row.TextOrNull(13),
            StoredBytes = row.GetInt64(14),
            LastEvent = row.GetInt64(15),
            Steps = [],
        };
    }

    private static StepRecord ReadStep(NpgsqlDataReader row, int first)
    {
        int total = row.GetInt32(first + 2);
        int[] rows = [.. Enumerable.Range(first + 3, 6).Select(row.GetInt32)];
        StepClosing? closing = row.IsDBNull(first + 9) ? null : new StepClosing((JobTaskStatus)row.GetInt16(first + 9), row.Text(first + 10));

        // Those without a row have not begun.
        int open = total - rows.Sum();
        int Waiting(JobTaskStatus status) => (closing?.Status ?? JobTaskStatus.Queued) == status ? open : 0;
        return new StepRecord(
            row.GetInt32(first),
            row.Text(first + 1),
            new TaskCounts(
                total, rows[0] + Waiting(JobTaskStatus.Queued), rows[1], rows[2], rows[3], rows[4] + Waiting(JobTaskStatus.Cancelled), rows[5], Waiting(JobTaskStatus.Skipped)),
            closing);
    }
}
