namespace Microsoft.DurableTask.Client;

/// <summary>Sets <see cref="StartOrchestrationOptions.DedupeStatuses"/> by the statuses themselves.</summary>
public static class StartOrchestrationOptionsExtensions
{
    /// <summary>The statuses that may be given.</summary>
    public static readonly IReadOnlyList<OrchestrationRuntimeStatus> ValidDedupeStatuses =
    [
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
#pragma warning disable CS0618 // Never reported, but part of the official list.
        OrchestrationRuntimeStatus.Canceled,
#pragma warning restore CS0618
        OrchestrationRuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Running,
        OrchestrationRuntimeStatus.Suspended,
    ];

    /// <summary>A copy of the options with the given statuses.</summary>
    /// <param name="options">The options.</param>
    /// <param name="dedupeStatuses">In which statuses an existing instance of the same id makes the start fail.</param>
    public static StartOrchestrationOptions WithDedupeStatuses(
        this StartOrchestrationOptions options, params OrchestrationRuntimeStatus[] dedupeStatuses)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { DedupeStatuses = [.. dedupeStatuses.Select(static status => status.ToString())] };
    }
}
