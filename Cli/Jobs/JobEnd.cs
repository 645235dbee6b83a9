using FuncExec.Cli.Services;

namespace FuncExec.Cli.Jobs;

/// <summary>How a job ended, as an exit code and what to say about it.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Message">What to say, or null.</param>
internal sealed record JobEnd(int ExitCode, string? Message)
{
    /// <summary>For a job of one task: what its command ended with.</summary>
    public static JobEnd OfOne(JobInfo job, TaskInfo task) => task.Status switch
    {
        "succeeded" => new JobEnd(0, null),
        "timedOut" => new JobEnd(ExitCodes.TimedOut, task.Error ?? "The command ran longer than it may."),
        _ when job.Status is "timedOut" => new JobEnd(ExitCodes.TimedOut, job.Error ?? "The job ran longer than it may."),
        "failed" => OfFailure(task),
        "cancelled" => new JobEnd(ExitCodes.Failure, $"The job {job.Id} was cancelled{(job.Error is { Length: > 0 } error ? $": {error}" : ".")}"),
        _ => new JobEnd(ExitCodes.Failure, job.Error ?? $"The job {job.Id} ended as {job.Status}."),
    };

    /// <summary>For a job of several tasks.</summary>
    /// <param name="job">The job.</param>
    /// <param name="failed">Some of the tasks that did not succeed.</param>
    public static JobEnd OfSeveral(JobInfo job, IReadOnlyList<TaskInfo> failed)
    {
        if (job.Status == "succeeded")
        {
            return new JobEnd(0, null);
        }

        CountsInfo counts = job.Counts ?? new CountsInfo();
        IEnumerable<string> parts = new (int Count, string What)[]
        {
            (counts.Succeeded, "succeeded"), (counts.Failed, "failed"), (counts.TimedOut, "timed out"),
            (counts.Cancelled, "were cancelled"), (counts.Skipped, "were skipped"),
        }.Where(static part => part.Count > 0).Select(static part => $"{part.Count} {part.What}");
        IEnumerable<string> lines = failed.Select(static task => $"\n  {task.Id}: {(task.Error ?? task.Status).TrimEnd()}");
        int more = counts.Failed + counts.TimedOut - failed.Count;
        return new JobEnd(
            ExitCodes.SomeFailed,
            $"The job {job.Id} {Ended(job.Status)}. Of {counts.Total} tasks {string.Join(", ", parts)}."
                + string.Concat(lines) + (more > 0 ? $"\n  … and {more} more: funcexec status {job.Id}" : ""));
    }

    private static string Ended(string status) => status switch
    {
        "timedOut" => "ran longer than it may",
        "cancelled" => "was cancelled",
        _ => "failed",
    };

    private static JobEnd OfFailure(TaskInfo task) => task.Failure switch
    {
        // What the command itself did needs no words: it has said what it had to say.
        "exit" when task.ExitCode is > 0 and <= 255 => new JobEnd(task.ExitCode.Value, null),
        "signal" when task.ExitCode is > 0 and <= 255 => new JobEnd(task.ExitCode.Value, task.Error),
        "notFound" => new JobEnd(CodeOfStart(task.StartFailure), task.Error ?? "The command could not be started."),
        _ => new JobEnd(ExitCodes.Failure, task.Error ?? "The task failed, and the service does not say why."),
    };

    /// <summary>As a shell has it; what is no fault of the command has the code of failures around it.</summary>
    private static int CodeOfStart(string? reason) => reason switch
    {
        "notFound" => ExitCodes.NotFound,
        "notExecutable" or "tooLong" => ExitCodes.NotExecutable,
        _ => ExitCodes.Failure,
    };
}
