using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Jobs;

/// <summary>Tasks that run beside each other, after the steps that they need.</summary>
public sealed record JobStep
{
    /// <summary>Its name, unique in the job.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The steps that must have succeeded before.</summary>
    [JsonPropertyName("needs")]
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Whether a failure in it neither fails the job nor skips the steps that need it.</summary>
    [JsonPropertyName("continueOnError")]
    public bool ContinueOnError { get; init; }

    /// <summary>The settings of tasks that say nothing else.</summary>
    [JsonPropertyName("defaults")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskSettings? Defaults { get; init; }

    /// <summary>What each of its tasks leaves that does not say so itself, or null.</summary>
    [JsonPropertyName("artifacts")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ArtifactRule? Artifacts { get; init; }

    /// <summary>The tasks, at least one; all of them run, whatever becomes of the others.</summary>
    [JsonPropertyName("tasks")]
    public required IReadOnlyList<JobTask> Tasks { get; init; }
}
