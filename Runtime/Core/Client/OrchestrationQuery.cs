namespace Microsoft.DurableTask.Client;

/// <summary>Which orchestrations to list. What is null excludes none.</summary>
/// <param name="CreatedFrom">Created at or after.</param>
/// <param name="CreatedTo">Created at or before.</param>
/// <param name="Statuses">In one of these statuses.</param>
/// <param name="TaskHubNames">In one of these task hubs.</param>
/// <param name="InstanceIdPrefix">Whose instance id begins with this, case-sensitive.</param>
/// <param name="PageSize">How many a page has at most. Default: 100.</param>
/// <param name="FetchInputsAndOutputs">Whether to fetch inputs, outputs and custom statuses too. Default: false.</param>
/// <param name="ContinuationToken">Where to begin: the token of an earlier page.</param>
public record OrchestrationQuery(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null,
    IEnumerable<string>? TaskHubNames = null,
    string? InstanceIdPrefix = null,
    int PageSize = OrchestrationQuery.DefaultPageSize,
    bool FetchInputsAndOutputs = false,
    string? ContinuationToken = null)
{
    /// <summary>How many orchestrations a page has when nothing else is asked for.</summary>
    public const int DefaultPageSize = 100;
}
