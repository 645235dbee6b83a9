using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Planning;

/// <summary>What the activity that runs an attempt is given. Stored in histories.</summary>
public sealed record TaskAttempt
{
    /// <summary>The job.</summary>
    [JsonPropertyName("jobId")]
    public required string JobId { get; init; }

    /// <summary>The step's place in the document.</summary>
    [JsonPropertyName("step")]
    public required int Step { get; init; }

    /// <summary>The task's place in the step.</summary>
    [JsonPropertyName("index")]
    public required int Index { get; init; }

    /// <summary>The attempt, from 1.</summary>
    [JsonPropertyName("attempt")]
    public required int Attempt { get; init; }
}
