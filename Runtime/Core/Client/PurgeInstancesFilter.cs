namespace Microsoft.DurableTask.Client;

/// <summary>Which finished orchestrations to delete. What is null excludes none.</summary>
/// <param name="CreatedFrom">Created at or after.</param>
/// <param name="CreatedTo">Created at or before.</param>
/// <param name="Statuses">In one of these statuses.</param>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null)
{
    /// <summary>
    /// After how long to stop and answer with what was deleted so far (<see cref="PurgeResult.IsComplete"/> is then
    /// false); null for no limit.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
