using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Running;

namespace FuncExec.Orchestrator.Reports;

/// <summary>What has become of a job: its orchestration's output, or its custom status when it did not succeed.</summary>
public sealed record JobReport
{
    /// <summary>The job's status.</summary>
    [JsonPropertyName("status")]
    public required JobStatus Status { get; init; }

    /// <summary>Why it did not succeed, beginning with its status; null if it did.</summary>
    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>How many tasks ended how.</summary>
    [JsonPropertyName("counts")]
    public required JobCounts Counts { get; init; }

    /// <summary>The tasks in the document's order; of very many, those that did not succeed first.</summary>
    [JsonPropertyName("tasks")]
    public required IReadOnlyList<TaskReport> Tasks { get; init; }

    /// <summary>How many tasks are not listed, because the report would be too long.</summary>
    [JsonPropertyName("tasksOmitted")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int TasksOmitted { get; init; }

    /// <summary>A pure function of the job and its tasks' ends.</summary>
    internal static JobReport Create(Job job, IReadOnlyList<TaskRecord> records)
    {
        JobCounts counts = JobCounts.Of(records);
        JobStatus status = StatusOf(records);
        (IReadOnlyList<TaskReport> tasks, int omitted) = ReportSize.Fit([.. records.Select(TaskReport.Of)]);
        return new JobReport
        {
            Status = status,
            Error = status is JobStatus.Succeeded ? null : Explain(job, status, counts, records),
            Counts = counts,
            Tasks = tasks,
            TasksOmitted = omitted,
        };
    }

    private static JobStatus StatusOf(IReadOnlyList<TaskRecord> records)
    {
        List<TaskRecord> counted = [.. records.Where(static record => !record.Step.ContinueOnError)];
        return records.Any(static record => record.Result.JobTimedOut) ? JobStatus.TimedOut
            : counted.Any(static record => record.Result.Status is JobTaskStatus.Failed) ? JobStatus.Failed
            : counted.Any(static record => record.Result.Status is JobTaskStatus.TimedOut) ? JobStatus.TimedOut
            : counted.Any(static record => record.Result.Status is JobTaskStatus.Cancelled) ? JobStatus.Cancelled
            : JobStatus.Succeeded;
    }

    private static string Explain(Job job, JobStatus status, JobCounts counts, IReadOnlyList<TaskRecord> records)
    {
        string name = status is JobStatus.TimedOut ? "timedOut" : status is JobStatus.Cancelled ? "cancelled" : "failed";
        TaskRecord first = records.First(static record => record.Result.Status is not (JobTaskStatus.Succeeded or JobTaskStatus.Skipped));
        string time = records.Any(static record => record.Result.JobTimedOut) ? $"The job took longer than {job.Timeout:c}. " : "";
        return $"{name}: {time}{counts.Total - counts.Succeeded} of {counts.Total} tasks did not succeed; the first is {first.Id}: {first.Result.Error}";
    }
}
