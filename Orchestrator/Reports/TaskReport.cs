using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Running;

namespace FuncExec.Orchestrator.Reports;

/// <summary>What has become of a task.</summary>
public sealed record TaskReport
{
    /// <summary>Step and index, such as <c>compile/0</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Its step.</summary>
    [JsonPropertyName("step")]
    public required string Step { get; init; }

    /// <summary>Its index in the step, from 0.</summary>
    [JsonPropertyName("index")]
    public required int Index { get; init; }

    /// <summary>How it ended.</summary>
    [JsonPropertyName("status")]
    public required JobTaskStatus Status { get; init; }

    /// <summary>How many attempts there were.</summary>
    [JsonPropertyName("attempts")]
    public required int Attempts { get; init; }

    /// <summary>The last attempt's exit code, -1 for what could not be started, or null where there is none.</summary>
    [JsonPropertyName("exitCode")]
    public int? ExitCode { get; init; }

    /// <summary>The end of the last attempt's standard output.</summary>
    [JsonPropertyName("stdout")]
    public string Stdout { get; init; } = "";

    /// <summary>The end of the last attempt's standard error.</summary>
    [JsonPropertyName("stderr")]
    public string Stderr { get; init; } = "";

    /// <summary>Whether more was written than is shown.</summary>
    [JsonPropertyName("truncated")]
    public bool IsTruncated { get; init; }

    /// <summary>Why it did not succeed; null if it did.</summary>
    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    internal static TaskReport Of(TaskRecord record) => new()
    {
        Id = record.Id,
        Step = record.Step.Name,
        Index = record.Index,
        Status = record.Result.Status,
        Attempts = record.Attempts,
        ExitCode = record.Result.ExitCode,
        Stdout = record.Result.Stdout,
        Stderr = record.Result.Stderr,
        IsTruncated = record.Result.IsTruncated,
        Error = record.Result.Error,
    };
}
