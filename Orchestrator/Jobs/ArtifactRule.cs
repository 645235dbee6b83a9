using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Jobs;

/// <summary>Which files of an attempt's directory are kept for later steps and for people.</summary>
public sealed record ArtifactRule
{
    /// <summary>Globs relative to the attempt's directory, at least one.</summary>
    [JsonPropertyName("paths")]
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Whether they are kept after a failure too.</summary>
    [JsonPropertyName("always")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Always { get; init; }
}
