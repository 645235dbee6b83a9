using System.Diagnostics;
using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Ledger.Values;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>A row for each event, by job and number. Columns mean what their kind says; most are null.</summary>
internal sealed class EventTable(Func<string, Statement> prepare)
{
    private const int JobKind = 1;
    private const int StepKind = 2;
    private const int TaskKind = 3;

    private readonly Statement _insert = prepare(
        "INSERT INTO events(job, number, at, kind, status, step, idx, attempt, token, exit_code, next_retry, error) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
    private readonly Statement _list = prepare(
        "SELECT number, at, kind, status, step, idx, attempt, token, exit_code, next_retry, error FROM events "
        + "WHERE job = ?1 AND number > ?2 ORDER BY number LIMIT ?3");

    internal void Insert(long job, JobEvent content)
    {
        _insert.Bind(1, job);
        _insert.Bind(2, content.Number);
        _insert.Bind(3, content.At.UtcTicks);
        for (int parameter = 6; parameter <= 12; parameter++)
        {
            _insert.BindNull(parameter);
        }

        switch (content)
        {
            case JobEvent.JobChanged changed:
                _insert.Bind(4, JobKind);
                _insert.Bind(5, (long)changed.Status);
                _insert.Bind(12, changed.Error);
                break;
            case JobEvent.StepClosed closed:
                _insert.Bind(4, StepKind);
                _insert.Bind(5, (long)closed.Closing.Status);
                _insert.Bind(6, closed.Step);
                _insert.Bind(7, closed.Count);
                _insert.Bind(12, closed.Closing.Error);
                break;
            case JobEvent.TaskChanged changed:
                Bind(changed);
                break;
            default:
                throw new UnreachableException();
        }

        _insert.Run();
    }

    internal List<JobEvent> List(long job, long after, int limit)
    {
        var events = new List<JobEvent>();
        _list.Bind(1, job);
        _list.Bind(2, after);
        _list.Bind(3, limit);
        try
        {
            while (_list.Step())
            {
                events.Add(Read(_list));
            }
        }
        finally
        {
            _list.Reset();
        }

        return events;
    }

    private void Bind(JobEvent.TaskChanged changed)
    {
        _insert.Bind(4, TaskKind);
        _insert.Bind(5, (long)changed.Status);
        _insert.Bind(6, changed.Step);
        _insert.Bind(7, changed.Index);
        _insert.Bind(8, changed.Attempt);
        _insert.Bind(9, changed.Token);
        _insert.BindOrNull(10, changed.ExitCode);
        _insert.Bind(11, changed.NextRetryAt);
        _insert.Bind(12, changed.Error);
    }

    private static JobEvent Read(Statement row)
    {
        long number = row.Int64(0);
        DateTimeOffset at = row.Time(1);
        int kind = row.Int32(2);
        return kind switch
        {
            JobKind => new JobEvent.JobChanged((JobStatus)row.Int32(3), row.TextOrNull(10)) { Number = number, At = at },
            StepKind => new JobEvent.StepClosed(
                row.Int32(4), row.Int32(5), new StepClosing((JobTaskStatus)row.Int32(3), row.Text(10))) { Number = number, At = at },
            TaskKind => new JobEvent.TaskChanged
            {
                Number = number,
                At = at,
                Step = row.Int32(4),
                Index = row.Int32(5),
                Status = (JobTaskStatus)row.Int32(3),
                Attempt = row.Int32(6),
                Token = row.Int64(7),
                ExitCode = row.Int32OrNull(8),
                NextRetryAt = row.TimeOrNull(9),
                Error = row.TextOrNull(10),
            },
            _ => throw Packed.Damaged(),
        };
    }
}
