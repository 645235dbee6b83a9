using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>Tells how a job ends: a pure function of its tasks' states and of its flags.</summary>
internal static class JobEnds
{
    /// <summary>The end of a job of which nothing runs.</summary>
    /// <param name="job">The job as it stands.</param>
    /// <param name="document">Its document, which says what may fail; null where it is lost.</param>
    /// <param name="failure">Why its orchestration failed without ending it, or null.</param>
    public static JobEnd Of(JobRecord job, Job? document, string? failure)
    {
        if (failure is not null)
        {
            return new JobEnd(JobStatus.Failed, $"failed: {failure}");
        }

        if (job.Stop is { } stop)
        {
            return stop.Kind is StopKind.Timeout
                ? new JobEnd(JobStatus.TimedOut, $"timedOut: {stop.Reason}")
                : new JobEnd(JobStatus.Cancelled, $"cancelled: {(stop.Reason is { Length: > 0 } reason ? reason : "The job was cancelled.")}");
        }

        TaskCounts counted = job.Steps
            .Where((_, index) => document?.Steps[index].ContinueOnError is not true)
            .Aggregate(new TaskCounts(), static (sum, step) => sum + step.Counts);
        TaskCounts all = job.Counts;
        return counted switch
        {
            { Failed: > 0 } => new JobEnd(JobStatus.Failed, $"failed: {Missed(all)}"),
            { TimedOut: > 0 } => new JobEnd(JobStatus.TimedOut, $"timedOut: {Missed(all)}"),
            { Cancelled: > 0 } or { Queued: > 0 } => new JobEnd(JobStatus.Cancelled, $"cancelled: {Missed(all)}"),
            _ => new JobEnd(JobStatus.Succeeded, null),
        };
    }

    private static string Missed(TaskCounts counts) =>
        $"{counts.Total - counts.Succeeded} of {counts.Total} tasks did not succeed.";
}
