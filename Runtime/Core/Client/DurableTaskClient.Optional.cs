using System.Runtime.CompilerServices;
using DurableTask.Core.History;

namespace Microsoft.DurableTask.Client;

// What a client need not offer; the one of this runtime offers all of it.
public abstract partial class DurableTaskClient
{
    /// <summary>Starts an orchestration once more, with its name, input, version and tags.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="restartWithNewInstanceId">
    /// Whether the new one gets an instance id of its own. Else it replaces the old one, which must have finished.
    /// </param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <returns>The instance id of the new one.</returns>
    /// <exception cref="ArgumentException">There is no such instance.</exception>
    /// <exception cref="InvalidOperationException">It has not finished, or its orchestrator is no longer there.</exception>
    /// <exception cref="NotSupportedException">The client does not offer it.</exception>
    public virtual Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default) =>
        throw NotOffered();

    /// <summary>
    /// Takes a failed orchestration back to before its failure: the activities and sub-orchestrations that failed and by which it
    /// failed run again, and it goes on from there. Sub-orchestrations that failed are taken back themselves.
    /// </summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <exception cref="ArgumentException">There is no such instance.</exception>
    /// <exception cref="InvalidOperationException">It has not failed, or cannot be taken back; the message says why.</exception>
    /// <exception cref="NotSupportedException">The client does not offer it.</exception>
    public virtual Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default) =>
        throw NotOffered();

    /// <summary>Reads the history of an orchestration: of its present generation, as it happened.</summary>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <exception cref="ArgumentException">There is no such instance.</exception>
    /// <exception cref="NotSupportedException">The client does not offer it.</exception>
    public virtual Task<IList<HistoryEvent>> GetOrchestrationHistoryAsync(
        string instanceId, CancellationToken cancellation = default) =>
        throw NotOffered();

    /// <summary>Lists the instance ids of orchestrations by status and by the time of their end, in the order of their creation.</summary>
    /// <param name="runtimeStatus">In one of these statuses; null for all.</param>
    /// <param name="completedTimeFrom">Ended at or after; null for all, also those that have not ended.</param>
    /// <param name="completedTimeTo">Ended at or before; null for all, also those that have not ended.</param>
    /// <param name="pageSize">How many to list at most. Default: 100.</param>
    /// <param name="lastInstanceKey">Where to begin: the token of an earlier page; null begins at the first.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <exception cref="NotSupportedException">The client does not offer it.</exception>
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
