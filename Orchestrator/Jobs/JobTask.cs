using System.Text.Json;
using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Jobs;

/// <summary>One thing to do.</summary>
public sealed record JobTask
{
    /// <summary>What to do, in its executor's terms.</summary>
    [JsonPropertyName("payload")]
    public required JsonElement Payload { get; init; }

    /// <summary>What it says about how it is run, or null for nothing.</summary>
    [JsonPropertyName("settings")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskSettings? Settings { get; init; }

    /// <summary>What it leaves, or null for what its step says.</summary>
    [JsonPropertyName("artifacts")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ArtifactRule? Artifacts { get; init; }

    /// <summary>The id of a step's task within its job.</summary>
    public static string Id(string step, int index) => $"{step}/{index}";
}
