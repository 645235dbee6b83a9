using FuncExec.Ledger.Sqlite.Values;
using FuncExec.Ledger.Values;
using FuncExec.Runtime.SqliteFiles.Native;

namespace FuncExec.Ledger.Sqlite.Tables;

/// <summary>Writes how an attempt ended into its task's row.</summary>
internal sealed class TaskEndTable(Func<string, Statement> prepare)
{
    private readonly Statement _end = prepare(
        "UPDATE tasks SET status = ?4, next_retry = ?5, finished = ?6, ended = ?7, exit_code = ?8, failure = ?9, error = ?10, "
        + "details = ?11, out_length = ?12, out_kept = ?13, out_tail = ?14, err_length = ?15, err_kept = ?16, err_tail = ?17, "
        + "stored = stored + ?18, artifacts = ?19 WHERE job = ?1 AND step = ?2 AND idx = ?3");

    internal void End(long job, PreparedEnd prepared, DateTimeOffset now)
    {
        AttemptEnd end = prepared.End;
        _end.Bind(1, job);
        _end.Bind(2, end.Task.Step);
        _end.Bind(3, end.Task.Index);
        _end.Bind(4, (long)prepared.NewStatus);
        _end.Bind(5, now + end.RetryAfter);
        _end.Bind(6, now.UtcTicks);
        _end.Bind(7, (long)end.Status);
        _end.BindOrNull(8, end.ExitCode);
        _end.BindOrNull(9, (long?)end.Failure);
        _end.Bind(10, end.Error);
        _end.Bind(11, end.Details);
        BindOutput(12, end.Stdout, prepared.StdoutTail);
        BindOutput(15, end.Stderr, prepared.StderrTail);
        _end.Bind(18, end.StoredBytes);
        _end.Bind(19, end.Artifacts.Count);
        _end.Run();
    }

    private void BindOutput(int parameter, OutputRecord output, byte[]? tail)
    {
        // Most attempts write nothing to one of the two: three nulls take three bytes.
        _end.BindOrNull(parameter, output.Length == 0 ? null : output.Length);
        _end.BindOrNull(parameter + 1, output.Kept == 0 ? null : output.Kept);
        _end.BindOrNull(parameter + 2, tail);
    }
}
