using FuncExec.Ledger.Postgres.Values;
using FuncExec.Ledger.Values;
using FuncExec.Orchestrator.Jobs;
using Npgsql;

namespace FuncExec.Ledger.Postgres.Reading;

/// <summary>Events of a job. Columns mean what their kind says; most are null.</summary>
internal static class EventRows
{
    internal const string List =
        "SELECT e.number, e.at, e.kind, e.status, e.step, e.idx, e.attempt, e.token, e.exit_code, e.next_retry, e.error FROM ledger_jobs j "
        + "JOIN ledger_events e ON e.job = j.key WHERE j.id = $1 AND j.state <> 5 AND e.number > $2 ORDER BY e.number LIMIT $3";

    private const int JobKind = 1;
    private const int StepKind = 2;
    private const int TaskKind = 3;

    internal static JobEvent Read(NpgsqlDataReader row)
    {
        long number = row.GetInt64(0);
        DateTimeOffset at = row.Time(1);
        int status = row.GetInt16(3);
        return row.GetInt16(2) switch
        {
            JobKind => new JobEvent.JobChanged((JobStatus)status, row.TextOrNull(10)) { Number = number, At = at },
            StepKind => new JobEvent.StepClosed(row.GetInt32(4), row.GetInt32(5), new StepClosing((JobTaskStatus)status, row.Text(10))) { Number = number, At = at },
            TaskKind => new JobEvent.TaskChanged
            {
                Number = number,
                At = at,
                Step = row.GetInt32(4),
                Index = row.GetInt32(5),
                Status = (JobTaskStatus)status,
                Attempt = row.GetInt32(6),
                Token = row.GetInt64(7),
                ExitCode = row.IntOrNull(8),
                NextRetryAt = row.TimeOrNull(9),
                Error = row.TextOrNull(10),
            },
            _ => throw Packed.Damaged(),
        };
    }
}
