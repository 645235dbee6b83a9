using Microsoft.DurableTask.Worker;

namespace FuncExec.Runtime.Functions.Settings;

/// <summary><c>extensions.durableTask</c> of <c>host.json</c>.</summary>
internal sealed record DurableSettings
{
    /// <summary>The task hub's name when none is given.</summary>
    public const string DefaultHubName = "default";

    /// <summary>The task hub's name.</summary>
    public string HubName { get; init; } = DefaultHubName;

    /// <summary><c>storageProvider.type</c>, or null for the default hub.</summary>
    public string? StorageType { get; init; }

    /// <summary>The other members of <c>storageProvider</c>.</summary>
    public IReadOnlyDictionary<string, string> Storage { get; init; } = new Dictionary<string, string>();

    /// <summary>Activities at once, or null for the engine's default.</summary>
    public int? MaxConcurrentActivities { get; init; }

    /// <summary>Turns at once, or null for the engine's default.</summary>
    public int? MaxConcurrentOrchestrators { get; init; }

    /// <summary>Entities at once, or null for the engine's default.</summary>
    public int? MaxConcurrentEntities { get; init; }

    /// <summary>Operations of an entity that are stored together, or null for the engine's default.</summary>
    public int? MaxEntityBatch { get; init; }

    /// <summary>Milliseconds between two looks at the Location of a 202, or null for the default.</summary>
    public int? HttpPollingInterval { get; init; }

    /// <summary>The version of orchestrations started without one.</summary>
    public string DefaultVersion { get; init; } = "";

    /// <summary>Which versions are run, or null for the default.</summary>
    public DurableTaskWorkerOptions.VersionMatchStrategy? VersionMatch { get; init; }

    /// <summary>What becomes of the others, or null for the default.</summary>
    public DurableTaskWorkerOptions.VersionFailureStrategy? VersionFailure { get; init; }
}
