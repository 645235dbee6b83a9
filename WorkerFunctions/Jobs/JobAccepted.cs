using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>The answer to a job that was accepted: what it is and how it is managed.</summary>
internal sealed record JobAccepted
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("status")]
    public JobStatus Status { get; init; } = JobStatus.Pending;

    [JsonPropertyName("statusQueryGetUri")]
    public required string? StatusQueryGetUri { get; init; }

    [JsonPropertyName("sendEventPostUri")]
    public required string? SendEventPostUri { get; init; }

    [JsonPropertyName("terminatePostUri")]
    public required string? TerminatePostUri { get; init; }

    [JsonPropertyName("suspendPostUri")]
    public required string? SuspendPostUri { get; init; }

    [JsonPropertyName("resumePostUri")]
    public required string? ResumePostUri { get; init; }

    [JsonPropertyName("purgeHistoryDeleteUri")]
    public required string? PurgeHistoryDeleteUri { get; init; }

    public static JobAccepted Of(string id, Job job, HttpManagementPayload links) => new()
    {
        Id = id,
        Name = job.Name,
        StatusQueryGetUri = links.StatusQueryGetUri,
        SendEventPostUri = links.SendEventPostUri,
        TerminatePostUri = links.TerminatePostUri,
        SuspendPostUri = links.SuspendPostUri,
        ResumePostUri = links.ResumePostUri,
        PurgeHistoryDeleteUri = links.PurgeHistoryDeleteUri,
    };
}
