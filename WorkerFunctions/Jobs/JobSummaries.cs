using System.Text;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Summaries;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>Says in short what has become of a finished job.</summary>
public sealed class JobSummaries(IJobLedger ledger)
{
    private static readonly JobTaskStatus[] WorstFirst =
        [JobTaskStatus.Failed, JobTaskStatus.TimedOut, JobTaskStatus.Cancelled, JobTaskStatus.Succeeded, JobTaskStatus.Skipped];

    /// <summary>The summary of a job that has been deleted meanwhile.</summary>
    internal static JobSummary OfDeleted(string jobId) => new()
    {
        Status = JobStatus.Cancelled,
        Error = $"cancelled: job {jobId} was deleted.",
        Counts = new SummaryCounts { Total = 0, Succeeded = 0, Failed = 0, Cancelled = 0, TimedOut = 0, Skipped = 0 },
        Tasks = [],
    };

    /// <summary>The summary of a finished job; its error names the first task that did not succeed.</summary>
    internal async Task<JobSummary> OfAsync(JobRecord job, CancellationToken cancellationToken)
    {
        List<TaskRecord> tasks = [];
        foreach (JobTaskStatus status in WorstFirst)
        {
            await AddAsync(tasks, job.Id, status, cancellationToken);
        }

        TaskRecord? first = tasks.FirstOrDefault(static task => task.Status is JobTaskStatus.Failed or JobTaskStatus.TimedOut);
        TaskCounts counts = job.Counts;
        return new JobSummary
        {
            Status = job.EndStatus!.Value,
            Error = first is null || job.Error is null ? job.Error : $"{job.Error} The first is {first.Id}: {first.Error}",
            Counts = new SummaryCounts
            {
                Total = counts.Total,
                Succeeded = counts.Succeeded,
                Failed = counts.Failed,
                Cancelled = counts.Cancelled,
                TimedOut = counts.TimedOut,
                Skipped = counts.Skipped,
            },
            Tasks = [.. tasks.Select(Summarize)],
        };
    }

    private async Task AddAsync(List<TaskRecord> tasks, string jobId, JobTaskStatus status, CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            int room = JobSummary.TaskLimit - tasks.Count;
            if (room == 0)
            {
                return;
            }

            LedgerPage<TaskRecord> page = await ledger.ListTasksAsync(jobId, new TaskFilter(Status: status), after, room, cancellationToken);
            tasks.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
    }

    private static TaskSummary Summarize(TaskRecord task) => new()
    {
        Id = task.Id,
        Status = task.Status,
        ExitCode = task.ExitCode,
        Output = Tail(task.Stderr.Tail) ?? Tail(task.Stdout.Tail),
        Error = task.Error,
    };

    private static string? Tail(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length == 0)
        {
            return null;
        }

        ReadOnlySpan<byte> tail = bytes.Span[Math.Max(0, bytes.Length - JobSummary.OutputLimit)..];
        while (tail.Length > 0 && tail.Length < bytes.Length && (tail[0] & 0xC0) == 0x80)
        {
            tail = tail[1..]; // The rest of a rune that the cut has parted.
        }

        return Encoding.UTF8.GetString(tail);
    }
}
