using System.Text.Json;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>One attempt of a task as it is shown.</summary>
internal sealed record AttemptView
{
    public required int Attempt { get; init; }

    public required JobTaskStatus Status { get; init; }

    public required int? ExitCode { get; init; }

    public required string? Failure { get; init; }

    public required string? Error { get; init; }

    public required string Stdout { get; init; }

    public required string Stderr { get; init; }

    public required long StdoutBytes { get; init; }

    public required long StderrBytes { get; init; }

    public required bool Truncated { get; init; }

    public required string? Node { get; init; }

    public required DateTime? StartedAt { get; init; }

    public required DateTime? FinishedAt { get; init; }

    public required JsonElement? Details { get; init; }

    public static AttemptView Of(TaskRecord attempt)
    {
        // What stands beside a running attempt is how the one before it ended.
        TaskRecord shown = attempt.Status is JobTaskStatus.Running
            ? attempt with { ExitCode = null, Failure = null, Error = null, Details = null, Stdout = OutputRecord.Empty, Stderr = OutputRecord.Empty, FinishedAt = null }
            : attempt;
        return new AttemptView
        {
            Attempt = shown.Attempt,
            Status = shown.Status,
            ExitCode = shown.ExitCode,
            Failure = FailureOf(shown.Failure),
            Error = shown.Error,
            Stdout = OutputText.Of(shown.Stdout.Tail.Span, shown.Stdout.Length),
            Stderr = OutputText.Of(shown.Stderr.Tail.Span, shown.Stderr.Length),
            StdoutBytes = shown.Stdout.Length,
            StderrBytes = shown.Stderr.Length,
            Truncated = shown.Stdout.IsTruncated || shown.Stderr.IsTruncated,
            Node = shown.Node,
            StartedAt = shown.StartedAt?.UtcDateTime,
            FinishedAt = shown.FinishedAt?.UtcDateTime,
            Details = DetailsOf(shown.Details),
        };
    }

    internal static string? FailureOf(FailureKind? failure) =>
        failure is { } kind ? JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()) : null;

    internal static JsonElement? DetailsOf(string? details) => details is null ? null : JsonElement.Parse(details);
}
