using System.Text.Json.Serialization;

namespace FuncExec.Orchestrator.Jobs;

/// <summary>
/// A job as its document says it, short forms written out. Its JSON is stored: a renamed member is a migration.
/// </summary>
public sealed record Job
{
    /// <summary>How many tasks of a step run at once unless a job says otherwise.</summary>
    public const int DefaultParallelism = 1024;

    /// <summary>Its name, if it has one; need not be unique.</summary>
    [JsonPropertyName("name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>How many tasks of one step run at once, 1 to 10,000.</summary>
    [JsonPropertyName("maxParallelism")]
    public int MaxParallelism { get; init; } = DefaultParallelism;

    /// <summary>How long the whole job may take from its start, or null.</summary>
    [JsonPropertyName("timeout")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>The settings of tasks that say nothing else.</summary>
    [JsonPropertyName("defaults")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskSettings? Defaults { get; init; }

    /// <summary>The steps, at least one, in the document's order.</summary>
    [JsonPropertyName("steps")]
    public required IReadOnlyList<JobStep> Steps { get; init; }

    /// <summary>What holds for a task: its own settings, else its step's, else the job's.</summary>
    public TaskSettings SettingsOf(JobStep step, JobTask task) => new()
    {
        Executor = task.Settings?.Executor ?? step.Defaults?.Executor ?? Defaults?.Executor ?? TaskSettings.DefaultExecutor,
        Timeout = task.Settings?.Timeout ?? step.Defaults?.Timeout ?? Defaults?.Timeout,
        Retry = task.Settings?.Retry ?? step.Defaults?.Retry ?? Defaults?.Retry,
        RerunOnLoss = task.Settings?.RerunOnLoss ?? step.Defaults?.RerunOnLoss ?? Defaults?.RerunOnLoss ?? true,
        RunsOn = task.Settings?.RunsOn ?? step.Defaults?.RunsOn ?? Defaults?.RunsOn,
        Priority = task.Settings?.Priority ?? step.Defaults?.Priority ?? Defaults?.Priority,
        Affinity = task.Settings?.Affinity ?? step.Defaults?.Affinity ?? Defaults?.Affinity,
    };
}
