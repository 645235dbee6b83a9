using System.Text.Json.Serialization;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>A job as it is shown; to whoever sent it, with the addresses by which its orchestration is managed.</summary>
internal sealed record JobView
{
    public required string Id { get; init; }

    public required string? Name { get; init; }

    public required JobStatus Status { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime? StartedAt { get; init; }

    public required DateTime? FinishedAt { get; init; }

    public required CountsView Counts { get; init; }

    public required IReadOnlyList<StepView> Steps { get; init; }

    public required string? Error { get; init; }

    public required string? RerunOf { get; init; }

    /// <summary>Why tasks of it wait that no present node can run; only where one job is shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WaitingFor { get; init; }

    public required JobLinks Links { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StatusQueryGetUri { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SendEventPostUri { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TerminatePostUri { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SuspendPostUri { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResumePostUri { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PurgeHistoryDeleteUri { get; init; }

    public static JobView Of(JobRecord job) => new()
    {
        Id = job.Id,
        Name = job.Name,
        Status = job.Status,
        CreatedAt = job.CreatedAt.UtcDateTime,
        StartedAt = job.StartedAt?.UtcDateTime,
        FinishedAt = job.FinishedAt?.UtcDateTime,
        Counts = CountsView.Of(job.Counts),
        Steps = [.. job.Steps.Select(StepView.Of)],
        Error = job.Error,
        RerunOf = job.RerunOf,
        Links = JobLinks.Of(job.Id),
    };

    /// <summary>The same with the addresses of its orchestration. Never in an answer to a GET: they carry codes.</summary>
    public JobView With(HttpManagementPayload management) => this with
    {
        StatusQueryGetUri = management.StatusQueryGetUri,
        SendEventPostUri = management.SendEventPostUri,
        TerminatePostUri = management.TerminatePostUri,
        SuspendPostUri = management.SuspendPostUri,
        ResumePostUri = management.ResumePostUri,
        PurgeHistoryDeleteUri = management.PurgeHistoryDeleteUri,
    };
}
