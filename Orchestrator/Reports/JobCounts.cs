using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Running;

namespace FuncExec.Orchestrator.Reports;

/// <summary>How many of a job's tasks ended how.</summary>
public sealed record JobCounts
{
    /// <summary>All.</summary>
    [JsonPropertyName("total")]
    public required int Total { get; init; }

    /// <summary>Those that succeeded.</summary>
    [JsonPropertyName("succeeded")]
    public required int Succeeded { get; init; }

    /// <summary>Those whose last attempt failed.</summary>
    [JsonPropertyName("failed")]
    public required int Failed { get; init; }

    /// <summary>Those ended on demand or never begun because the job ended.</summary>
    [JsonPropertyName("cancelled")]
    public required int Cancelled { get; init; }

    /// <summary>Those whose last attempt took too long.</summary>
    [JsonPropertyName("timedOut")]
    public required int TimedOut { get; init; }

    /// <summary>Those never begun because a step they need did not succeed.</summary>
    [JsonPropertyName("skipped")]
    public required int Skipped { get; init; }

    internal static JobCounts Of(IReadOnlyList<TaskRecord> records)
    {
        ILookup<JobTaskStatus, TaskRecord> byStatus = records.ToLookup(static record => record.Result.Status);
        return new JobCounts
        {
            Total = records.Count,
            Succeeded = byStatus[JobTaskStatus.Succeeded].Count(),
            Failed = byStatus[JobTaskStatus.Failed].Count(),
            Cancelled = byStatus[JobTaskStatus.Cancelled].Count(),
            TimedOut = byStatus[JobTaskStatus.TimedOut].Count(),
            Skipped = byStatus[JobTaskStatus.Skipped].Count(),
        };
    }
}
