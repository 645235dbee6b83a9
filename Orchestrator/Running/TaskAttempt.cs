using System.Text.Json;
using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Running;

/// <summary>What the activity that runs a task is given. Stored: a renamed member is a migration.</summary>
public sealed record TaskAttempt
{
    /// <summary>The job's id.</summary>
    [JsonPropertyName("job")]
    public required string JobId { get; init; }

    /// <summary>The task's id within the job, such as <c>compile/0</c>.</summary>
    [JsonPropertyName("task")]
    public required string TaskId { get; init; }

    /// <summary>Which attempt it is; the first is 1.</summary>
    [JsonPropertyName("attempt")]
    public required int Attempt { get; init; }

    /// <summary>Who runs it.</summary>
    [JsonPropertyName("executor")]
    public required string Executor { get; init; }

    /// <summary>What to do.</summary>
    [JsonPropertyName("payload")]
    public required JsonElement Payload { get; init; }

    /// <summary>How long it may take from the start of its work, or null.</summary>
    [JsonPropertyName("timeout")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>When the job's time is over, in UTC, or null.</summary>
    [JsonPropertyName("deadline")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? Deadline { get; init; }

    /// <summary>How many bytes of each stream are kept.</summary>
    [JsonPropertyName("outputLimit")]
    public required int OutputLimit { get; init; }
}
