using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Planning;

/// <summary>What a job's root needs to know of it. Stored in histories: a renamed member is a new generation.</summary>
public sealed record PlannedJob
{
    /// <summary>Why nothing is to be done, for example because there is no such job; null when there is something.</summary>
    [JsonPropertyName("refusal")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Refusal { get; init; }

    /// <summary>How many tasks of one step run at once.</summary>
    [JsonPropertyName("maxParallelism")]
    public int MaxParallelism { get; init; } = 1;

    /// <summary>How long the job may take from now, or null.</summary>
    [JsonPropertyName("timeout")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Its steps in the document's order.</summary>
    [JsonPropertyName("steps")]
    public IReadOnlyList<PlannedStep> Steps { get; init; } = [];
}

/// <summary>What a job's root needs to know of a step.</summary>
public sealed record PlannedStep
{
    /// <summary>Its name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The places of the steps that must be done before.</summary>
    [JsonPropertyName("needs")]
    public IReadOnlyList<int> Needs { get; init; } = [];

    /// <summary>Whether a failure in it neither fails the job nor skips the steps that need it.</summary>
    [JsonPropertyName("continueOnError")]
    public bool ContinueOnError { get; init; }

    /// <summary>How many tasks it has.</summary>
    [JsonPropertyName("tasks")]
    public required int Tasks { get; init; }

    /// <summary>Whether all of them have succeeded already, in the job that this one reruns.</summary>
    [JsonPropertyName("done")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsDone { get; init; }

    /// <summary>After what time without an answer a look at the ledger is due, or null where no task has a timeout.</summary>
    [JsonPropertyName("backstop")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Backstop { get; init; }

    /// <summary>Where and how soon its tasks run, in their order, or null where none says so.</summary>
    [JsonPropertyName("placements")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Placement>? Placements { get; init; }
}
