using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Jobs;

/// <summary>How a task is run; null where nothing is said.</summary>
public sealed record TaskSettings
{
    /// <summary>The executor of tasks that name none.</summary>
    public const string DefaultExecutor = "command";

    /// <summary>The affinity to the node that runs the job.</summary>
    public const string ToJob = "job";

    /// <summary>The affinity of what says that it has none, where the job or the step says otherwise.</summary>
    public const string ToNone = "none";

    /// <summary>The executor's name.</summary>
    [JsonPropertyName("executor")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Executor { get; init; }

    /// <summary>How long an attempt may take from the start of its work.</summary>
    [JsonPropertyName("timeout")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>When to try again; null is one attempt.</summary>
    [JsonPropertyName("retry")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RetryRule? Retry { get; init; }

    /// <summary>Whether another node runs it again when one was lost running it; null is true.</summary>
    [JsonPropertyName("rerunOnLoss")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? RerunOnLoss { get; init; }

    /// <summary>Labels that its node must have, all of them, in ordinal order; null or empty: it runs anywhere.</summary>
    [JsonPropertyName("runsOn")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? RunsOn { get; init; }

    /// <summary>How urgent it is, 0 to 9, the highest first; null is the middle.</summary>
    [JsonPropertyName("priority")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Priority { get; init; }

    /// <summary>Where it would rather run: <see cref="ToJob"/>, or null for nowhere in particular.</summary>
    [JsonPropertyName("affinity")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Affinity { get; init; }
}
