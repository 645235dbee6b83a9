using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Planning;

/// <summary>Where and how soon some tasks in a row run. Stored in histories: a renamed member is a new generation.</summary>
public sealed record Placement
{
    /// <summary>How many tasks in a row.</summary>
    [JsonPropertyName("count")]
    public required int Count { get; init; }

    /// <summary>Labels that their node must have, with commas between, or null for none.</summary>
    [JsonPropertyName("runsOn")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RunsOn { get; init; }

    /// <summary>How urgent they are, 0 to 9, or null where nothing is said.</summary>
    [JsonPropertyName("priority")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Priority { get; init; }

    /// <summary>Whether they stay with their job where its node has room.</summary>
    [JsonPropertyName("staysWithJob")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool StaysWithJob { get; init; }
}
