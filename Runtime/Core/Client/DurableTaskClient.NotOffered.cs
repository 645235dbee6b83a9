using System.Runtime.CompilerServices;
using DurableTask.Core.History;

namespace Microsoft.DurableTask.Client;

// What the API has and no client of this runtime offers yet.
public abstract partial class DurableTaskClient
{
    /// <summary>Starts a finished orchestration once more with its input. Not offered by this runtime.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="restartWithNewInstanceId">Whether the new one gets an instance id of its own.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <returns>The instance id of the new one.</returns>
    /// <exception cref="NotSupportedException">Always, unless a client overrides it.</exception>
    public virtual Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default) =>
        throw NotOffered();

    /// <summary>Takes a failed orchestration back to before its failure. Not offered by this runtime.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <exception cref="NotSupportedException">Always, unless a client overrides it.</exception>
    public virtual Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default) =>
        throw NotOffered();

    /// <summary>Reads the history of an orchestration. Not offered by this runtime.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <exception cref="NotSupportedException">Always, unless a client overrides it.</exception>
    public virtual Task<IList<HistoryEvent>> GetOrchestrationHistoryAsync(
        string instanceId, CancellationToken cancellation = default) =>
        throw NotOffered();

    /// <summary>Lists the instance ids of finished orchestrations by the time of their end. Not offered by this runtime.</summary>
    /// <param name="runtimeStatus">In one of these statuses; null for all.</param>
    /// <param name="completedTimeFrom">Ended at or after; null for all.</param>
    /// <param name="completedTimeTo">Ended at or before; null for all.</param>
    /// <param name="pageSize">How many to list at most. Default: 100.</param>
    /// <param name="lastInstanceKey">Where to begin: the token of an earlier page; null begins at the first.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <exception cref="NotSupportedException">Always, unless a client overrides it.</exception>
    public virtual Task<Page<string>> ListInstanceIdsAsync(
        IEnumerable<OrchestrationRuntimeStatus>? runtimeStatus = null,
        DateTimeOffset? completedTimeFrom = null,
        DateTimeOffset? completedTimeTo = null,
        int pageSize = OrchestrationQuery.DefaultPageSize,
        string? lastInstanceKey = null,
        CancellationToken cancellation = default) =>
        throw NotOffered();

    private NotSupportedException NotOffered([CallerMemberName] string member = "") =>
        new($"{member} is not offered by {GetType()}.");
}
