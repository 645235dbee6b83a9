using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Summaries;

/// <summary>What has become of a task, in short.</summary>
public sealed record TaskSummary
{
    /// <summary>Step and index, such as <c>compile/0</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>How it ended.</summary>
    [JsonPropertyName("status")]
    public required JobTaskStatus Status { get; init; }

    /// <summary>The last attempt's exit code, -1 for what could not be started, or null where there is none.</summary>
    [JsonPropertyName("exitCode")]
    public int? ExitCode { get; init; }

    /// <summary>The end of standard error, or of standard output where nothing was written to it.</summary>
    [JsonPropertyName("output")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Output { get; init; }

    /// <summary>Why it did not succeed; null if it did.</summary>
    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}
