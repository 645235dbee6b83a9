using System.Text.Json.Serialization;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.WorkerFunctions.Api.Views;

namespace FuncExec.WorkerFunctions.Api.Events;

/// <summary>An event <c>job</c> as it is sent: the job's status changed, a step was closed, or the whole job as a snapshot.</summary>
internal sealed record JobEventView
{
    /// <summary>Its number in the job, from 1; 0 for a snapshot, which is not stored.</summary>
    public required long Number { get; init; }

    public required DateTime At { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobStatus? Status { get; init; }

    public string? Error { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClosedStepView? Step { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobView? Job { get; init; }
}

/// <summary>What became of the tasks of a step that had not begun.</summary>
/// <param name="Name">The step.</param>
/// <param name="Status">Skipped or cancelled.</param>
/// <param name="Count">How many.</param>
internal sealed record ClosedStepView(string Name, JobTaskStatus Status, int Count);

/// <summary>An event <c>task</c> as it is sent: a task's status changed.</summary>
internal sealed record TaskEventView
{
    public required long Number { get; init; }

    public required DateTime At { get; init; }

    public required string Id { get; init; }

    public required string Step { get; init; }

    public required int Index { get; init; }

    public required JobTaskStatus Status { get; init; }

    public required int Attempt { get; init; }

    public required long Token { get; init; }

    public required int? ExitCode { get; init; }

    public required string? Error { get; init; }

    public required DateTime? NextRetryAt { get; init; }

    public static TaskEventView Of(JobEvent.TaskChanged changed, string step) => new()
    {
        Number = changed.Number,
        At = changed.At.UtcDateTime,
        Id = JobTask.Id(step, changed.Index),
        Step = step,
        Index = changed.Index,
        Status = changed.Status,
        Attempt = changed.Attempt,
        Token = changed.Token,
        ExitCode = changed.ExitCode,
        Error = changed.Error,
        NextRetryAt = changed.NextRetryAt?.UtcDateTime,
    };
}

/// <summary>An event <c>reset</c> as it is sent: the reader begins anew.</summary>
/// <param name="Reason">Why.</param>
internal sealed record ResetView(string Reason);
