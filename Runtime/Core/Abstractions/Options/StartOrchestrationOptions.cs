using System.Collections.Immutable;

namespace Microsoft.DurableTask;

/// <summary>How a client wants an orchestration to be started.</summary>
public record StartOrchestrationOptions
{
    // The capitals are part of the API: callers name these arguments.

    /// <summary>Makes options.</summary>
    /// <param name="InstanceId">The instance id; null lets the runtime choose one.</param>
    /// <param name="StartAt">The earliest start; null, or a time gone by, is at once.</param>
    public StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
    {
        this.InstanceId = InstanceId;
        this.StartAt = StartAt;
    }

    /// <summary>Copies options.</summary>
    public StartOrchestrationOptions(StartOrchestrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        InstanceId = options.InstanceId;
        StartAt = options.StartAt;
        Tags = options.Tags;
        Version = options.Version;
        DedupeStatuses = options.DedupeStatuses;
    }

    /// <summary>The instance id, or null: the runtime then chooses one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The earliest start, or null for at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Names and values kept with the instance. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The version of the orchestrator to start, or null for the host's default.</summary>
    public TaskVersion? Version { get; init; }

    /// <summary>
    /// The names of the statuses in which an existing instance of the same id makes the start fail. Null leaves it to
    /// the default, those that have not finished; empty lets every existing instance be replaced. One that is replaced and has
    /// not finished is terminated first.
    /// </summary>
    public IReadOnlyList<string>? DedupeStatuses { get; init; }
}
