using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Running;

/// <summary>How an attempt ended. Stored: a renamed member is a migration.</summary>
public sealed record AttemptResult
{
    /// <summary>Succeeded, failed, timed out or cancelled.</summary>
    [JsonPropertyName("status")]
    public required JobTaskStatus Status { get; init; }

    /// <summary>The exit code, -1 for what could not be started, or null where there is none.</summary>
    [JsonPropertyName("exitCode")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ExitCode { get; init; }

    /// <summary>What happened, unless it succeeded.</summary>
    [JsonPropertyName("error")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>The end of standard output.</summary>
    [JsonPropertyName("stdout")]
    public string Stdout { get; init; } = "";

    /// <summary>The end of standard error.</summary>
    [JsonPropertyName("stderr")]
    public string Stderr { get; init; } = "";

    /// <summary>Whether more was written than is kept.</summary>
    [JsonPropertyName("truncated")]
    public bool IsTruncated { get; init; }

    /// <summary>Whether it was the job's time that was over.</summary>
    [JsonPropertyName("jobTimedOut")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool JobTimedOut { get; init; }
}
