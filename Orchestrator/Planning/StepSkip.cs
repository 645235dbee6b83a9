using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Planning;

/// <summary>A step to be closed, for one that it needs did not succeed. Stored in histories.</summary>
public sealed record StepSkip
{
    /// <summary>The job.</summary>
    [JsonPropertyName("jobId")]
    public required string JobId { get; init; }

    /// <summary>The step's place in the document.</summary>
    [JsonPropertyName("step")]
    public required int Step { get; init; }

    /// <summary>The name of the step that did not succeed.</summary>
    [JsonPropertyName("need")]
    public required string Need { get; init; }
}
