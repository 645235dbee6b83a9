using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Planning;

/// <summary>The input of a lane. Stored in histories: a renamed member is a new generation.</summary>
public sealed record LanePlan
{
    /// <summary>The job.</summary>
    [JsonPropertyName("jobId")]
    public required string JobId { get; init; }

    /// <summary>The step's place in the document.</summary>
    [JsonPropertyName("step")]
    public required int Step { get; init; }

    /// <summary>Which lane, from 0: it has the tasks lane, lane + lanes, lane + 2 · lanes, ….</summary>
    [JsonPropertyName("lane")]
    public required int Lane { get; init; }

    /// <summary>How many lanes the step has.</summary>
    [JsonPropertyName("lanes")]
    public required int Lanes { get; init; }

    /// <summary>How many of its tasks run at once.</summary>
    [JsonPropertyName("window")]
    public required int Window { get; init; }

    /// <summary>How many tasks the step has, of all lanes.</summary>
    [JsonPropertyName("tasks")]
    public required int Tasks { get; init; }

    /// <summary>After what time without an answer a look at the ledger is due, or null.</summary>
    [JsonPropertyName("backstop")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Backstop { get; init; }

    /// <summary>Where and how soon the lane's tasks run, in its order, or null where none says so.</summary>
    [JsonPropertyName("placements")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Placement>? Placements { get; init; }

    /// <summary>How many of its tasks are behind it, in earlier generations.</summary>
    [JsonPropertyName("done")]
    public int Done { get; init; }

    /// <summary>How many of those succeeded.</summary>
    [JsonPropertyName("succeeded")]
    public int Succeeded { get; init; }

    /// <summary>How many tasks it has.</summary>
    [JsonIgnore]
    public int Count => (Tasks - Lane + Lanes - 1) / Lanes;

    /// <summary>The index in its step of the lane's n-th task.</summary>
    public int IndexOf(int n) => Lane + (n * Lanes);
}
