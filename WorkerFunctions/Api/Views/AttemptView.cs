using System.Text.Json;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Api.Views;

/// <summary>One attempt of a task as it is shown.</summary>
internal record AttemptView
{
    protected AttemptView(TaskRecord shown)
    {
        Attempt = shown.Attempt;
        Status = shown.Status;
        ExitCode = shown.ExitCode;
        Failure = shown.Failure is { } kind ? JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()) : null;
        Error = shown.Error;
        Stdout = OutputText.Of(shown.Stdout.Tail.Span, shown.Stdout.Length);
        Stderr = OutputText.Of(shown.Stderr.Tail.Span, shown.Stderr.Length);
        StdoutBytes = shown.Stdout.Length;
        StderrBytes = shown.Stderr.Length;
        Truncated = shown.Stdout.IsTruncated || shown.Stderr.IsTruncated;
        Node = shown.Node;
        StartedAt = shown.StartedAt?.UtcDateTime;
        FinishedAt = shown.FinishedAt?.UtcDateTime;
        Details = shown.Details is null ? null : JsonElement.Parse(shown.Details);
    }

    public int Attempt { get; }

    public JobTaskStatus Status { get; }

    public int? ExitCode { get; }

    public string? Failure { get; }

    public string? Error { get; }

    public string Stdout { get; }

    public string Stderr { get; }

    public long StdoutBytes { get; }

    public long StderrBytes { get; }

    public bool Truncated { get; }

    public string? Node { get; }

    public DateTime? StartedAt { get; }

    public DateTime? FinishedAt { get; }

    public JsonElement? Details { get; }

    /// <summary>What stands beside a running attempt is how the one before it ended, and is not shown as its own.</summary>
    public static AttemptView Of(TaskRecord attempt) => new(attempt.Status is JobTaskStatus.Running
        ? attempt with { ExitCode = null, Failure = null, Error = null, Details = null, Stdout = OutputRecord.Empty, Stderr = OutputRecord.Empty, FinishedAt = null }
        : attempt);
}
