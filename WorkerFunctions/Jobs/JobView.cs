using System.Text.Json;
using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Reports;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>A job as it is shown.</summary>
internal sealed record JobView
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("status")]
    public required JobStatus Status { get; init; }

    [JsonPropertyName("createdAt")]
    public required DateTimeOffset CreatedAt { get; init; }

    [JsonPropertyName("finishedAt")]
    public DateTimeOffset? FinishedAt { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("counts")]
    public JobCounts? Counts { get; init; }

    [JsonPropertyName("tasks")]
    public IReadOnlyList<TaskReport>? Tasks { get; init; }

    [JsonPropertyName("tasksOmitted")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int TasksOmitted { get; init; }

    /// <summary>What an orchestration tells of its job; it was fetched with its outputs.</summary>
    public static JobView Of(OrchestrationMetadata metadata)
    {
        // A job that did not succeed has its report as custom status, for its orchestration failed.
        string? stored = metadata.RuntimeStatus is OrchestrationRuntimeStatus.Completed ? metadata.SerializedOutput
            : metadata.RuntimeStatus is OrchestrationRuntimeStatus.Failed ? metadata.SerializedCustomStatus
            : null;
        JobReport? report = stored is null ? null : JsonSerializer.Deserialize(stored, JobJson.Default.JobReport);
        return new JobView
        {
            Id = metadata.InstanceId,
            Name = metadata.SerializedInput is { } input ? JsonSerializer.Deserialize(input, JobJson.Default.JobName)?.Name : null,
            Status = report?.Status ?? StatusOf(metadata.RuntimeStatus),
            CreatedAt = metadata.CreatedAt,
            FinishedAt = metadata.IsCompleted ? metadata.LastUpdatedAt : null,
            Error = report is null ? metadata.FailureDetails?.ErrorMessage : report.Error,
            Counts = report?.Counts,
            Tasks = report?.Tasks,
            TasksOmitted = report?.TasksOmitted ?? 0,
        };
    }

    private static JobStatus StatusOf(OrchestrationRuntimeStatus status) => status switch
    {
        OrchestrationRuntimeStatus.Pending => JobStatus.Pending,
        OrchestrationRuntimeStatus.Suspended => JobStatus.Suspended,
        OrchestrationRuntimeStatus.Completed => JobStatus.Succeeded,
        OrchestrationRuntimeStatus.Failed => JobStatus.Failed,
        OrchestrationRuntimeStatus.Terminated => JobStatus.Cancelled,
        _ => JobStatus.Running,
    };
}

/// <summary>The name in a stored job.</summary>
internal sealed record JobName([property: JsonPropertyName("name")] string? Name);
