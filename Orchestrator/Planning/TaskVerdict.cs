using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Orchestrator.Planning;

/// <summary>What became of an attempt, as far as its lane needs to know. Stored in histories.</summary>
public sealed record TaskVerdict
{
    /// <summary>What to do next.</summary>
    [JsonPropertyName("next")]
    public required TaskNext Next { get; init; }

    /// <summary>How the task ended, or null when it has not.</summary>
    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobTaskStatus? Status { get; init; }

    /// <summary>The exit code of the attempt that ended last, or null.</summary>
    [JsonPropertyName("exitCode")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ExitCode { get; init; }

    /// <summary>The attempt that ended last.</summary>
    [JsonPropertyName("attempt")]
    public int Attempt { get; init; }

    /// <summary>The pause before the next attempt, or null.</summary>
    [JsonPropertyName("retryAfter")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? RetryAfter { get; init; }
}
