using System.Text.Json;
using System.Text.Json.Serialization;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>
/// A task as it is shown. Exit code, failure, error, output and details are those of the attempt that ended last.
/// </summary>
internal sealed record TaskView
{
    public required string Id { get; init; }

    public required string Step { get; init; }

    public required int Index { get; init; }

    public required JobTaskStatus Status { get; init; }

    public required int Attempt { get; init; }

    public required int MaxAttempts { get; init; }

    public required DateTime? NextRetryAt { get; init; }

    public required int? ExitCode { get; init; }

    public required string? Failure { get; init; }

    public required string Stdout { get; init; }

    public required string Stderr { get; init; }

    public required long StdoutBytes { get; init; }

    public required long StderrBytes { get; init; }

    public required bool Truncated { get; init; }

    public required string? Node { get; init; }

    public required DateTime? QueuedAt { get; init; }

    public required DateTime? StartedAt { get; init; }

    public required DateTime? FinishedAt { get; init; }

    public required string? Error { get; init; }

    public required JsonElement? Details { get; init; }

    /// <summary>Its attempts, first to last; only where one task is shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AttemptView>? Attempts { get; init; }

    /// <param name="task">The task.</param>
    /// <param name="job">Its job's document, or null when that is gone.</param>
    public static TaskView Of(TaskRecord task, Job? job) => new()
    {
        Id = task.Id,
        Step = task.StepName,
        Index = task.Key.Index,
        Status = task.Status,
        Attempt = task.Attempt,
        MaxAttempts = MaxAttemptsOf(task.Key, job),
        NextRetryAt = task.NextRetryAt?.UtcDateTime,
        ExitCode = task.ExitCode,
        Failure = AttemptView.FailureOf(task.Failure),
        Stdout = OutputText.Of(task.Stdout.Tail.Span, task.Stdout.Length),
        Stderr = OutputText.Of(task.Stderr.Tail.Span, task.Stderr.Length),
        StdoutBytes = task.Stdout.Length,
        StderrBytes = task.Stderr.Length,
        Truncated = task.Stdout.IsTruncated || task.Stderr.IsTruncated,
        Node = task.Node,
        QueuedAt = task.QueuedAt?.UtcDateTime,
        StartedAt = task.StartedAt?.UtcDateTime,
        FinishedAt = task.FinishedAt?.UtcDateTime,
        Error = task.Error,
        Details = AttemptView.DetailsOf(task.Details),
    };

    private static int MaxAttemptsOf(TaskKey key, Job? job)
    {
        if (job is null)
        {
            return 1;
        }

        JobStep step = job.Steps[key.Step];
        return job.SettingsOf(step, step.Tasks[key.Index]).Retry?.MaxAttempts ?? 1;
    }
}
