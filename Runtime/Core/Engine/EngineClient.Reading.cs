using System.Globalization;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine;

// Instances read, listed and waited for.
internal sealed partial class EngineClient
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        InstanceRecord? record = await node.Hub.FindInstanceAsync(instanceId, cancellation).ConfigureAwait(false);
        return record is null ? null : await ToMetadataAsync(record, getInputsAndOutputs, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, static status => status != InstanceStatus.Pending, getInputsAndOutputs, cancellation);

    /// <inheritdoc/>
    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, static status => status.IsFinished(), getInputsAndOutputs, cancellation);

    /// <inheritdoc/>
    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        OrchestrationQuery query = filter ?? new OrchestrationQuery();
        return Pageable.Create(async (string? continuation, int? pageSize, CancellationToken cancellation) =>
        {
            InstancePage page = await node.Hub.QueryInstancesAsync(
                ToQuery(query, continuation ?? query.ContinuationToken, pageSize), cancellation).ConfigureAwait(false);
            var items = new List<OrchestrationMetadata>(page.Items.Count);
            foreach (InstanceRecord record in page.Items)
            {
                items.Add(await ToMetadataAsync(record, query.FetchInputsAndOutputs, cancellation).ConfigureAwait(false));
            }

            return new Page<OrchestrationMetadata>(items, page.NextAfterKey?.ToString(CultureInfo.InvariantCulture));
        });
    }

    /// <inheritdoc/>
    public override async Task<Page<string>> ListInstanceIdsAsync(
        IEnumerable<OrchestrationRuntimeStatus>? runtimeStatus = null,
        DateTimeOffset? completedTimeFrom = null,
        DateTimeOffset? completedTimeTo = null,
        int pageSize = OrchestrationQuery.DefaultPageSize,
        string? lastInstanceKey = null,
        CancellationToken cancellation = default)
    {
        InstanceQuery query = ToQuery(new OrchestrationQuery(Statuses: runtimeStatus, PageSize: pageSize), lastInstanceKey, pageSize: null);
        if (completedTimeFrom is not null || completedTimeTo is not null)
        {
            // What has finished was last changed when it did.
            InstanceStatus[] finished = [.. (query.Statuses ?? Enum.GetValues<InstanceStatus>()).Where(static status => status.IsFinished())];
            if (finished.Length == 0)
            {
                return new Page<string>([]);
            }

            query = query with { Statuses = finished, UpdatedFrom = completedTimeFrom, UpdatedTo = completedTimeTo };
        }

        InstancePage page = await node.Hub.QueryInstancesAsync(query, cancellation).ConfigureAwait(false);
        return new Page<string>(
            [.. page.Items.Select(static record => record.InstanceId)], page.NextAfterKey?.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public override async Task<IList<DurableTask.Core.History.HistoryEvent>> GetOrchestrationHistoryAsync(
        string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        InstanceRecord instance = await FindOrchestrationAsync(instanceId, cancellation).ConfigureAwait(false);
        return OfficialHistory.Of(instance, await InstanceLoader.ReadAllTurnsAsync(node, instance, cancellation).ConfigureAwait(false));
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<InstanceStatus, bool> isReached, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Task<InstanceSnapshot?> change = node.Waiters.Listen(instanceId);
            try
            {
                // Most often the instance is at work here, and the news of its end is all that is needed.
                if (isReached(InstanceStatus.Running) || !node.Instances.WillTellEnd(instanceId))
                {
                    InstanceRecord record = await node.Hub.FindInstanceAsync(instanceId, cancellation).ConfigureAwait(false)
                        ?? throw NotFound(instanceId);
                    if (isReached(record.Status))
                    {
                        return await ToMetadataAsync(record, getInputsAndOutputs, cancellation).ConfigureAwait(false);
                    }
                }

                InstanceSnapshot? snapshot = await change.WaitAsync(PollInterval, cancellation).ConfigureAwait(false);
                if (snapshot is not null && isReached(snapshot.Record.Status))
                {
                    return ToMetadata(snapshot.Record, snapshot.Input, getInputsAndOutputs);
                }
            }
            catch (TimeoutException)
            {
                // The slow poll beneath the signal: look again.
            }
            finally
            {
                node.Waiters.Forget(instanceId, change);
            }
        }
    }

    /// <summary>Waits until an instance has ended, or another one has its id.</summary>
    private async Task WaitUntilOverAsync(InstanceRecord instance, CancellationToken cancellation)
    {
        while (true)
        {
            Task<InstanceSnapshot?> change = node.Waiters.Listen(instance.InstanceId);
            try
            {
                InstanceRecord? present = await node.Hub.FindInstanceAsync(instance.InstanceId, cancellation).ConfigureAwait(false);
                if (present is null || present.Key != instance.Key || present.Status.IsFinished())
                {
                    return;
                }

                await change.WaitAsync(PollInterval, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // As above.
            }
            finally
            {
                node.Waiters.Forget(instance.InstanceId, change);
            }
        }
    }

    private async Task<OrchestrationMetadata> ToMetadataAsync(InstanceRecord record, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        ExecutionStarted? start = getInputsAndOutputs ? await ReadStartAsync(record, cancellation).ConfigureAwait(false) : null;
        return ToMetadata(record, start?.Input, getInputsAndOutputs);
    }

    /// <summary>What an instance is, as its present generation began; null when it is gone meanwhile.</summary>
    private async Task<ExecutionStarted?> ReadStartAsync(InstanceRecord record, CancellationToken cancellation)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> first = await node.Hub.ReadHistoryAsync(record.Key, 0, 1, cancellation).ConfigureAwait(false);
        return first.Count == 0 ? null : HistoryFormat.DecodeTurn(first[0].Span).Received.OfType<ExecutionStarted>().FirstOrDefault();
    }

    private OrchestrationMetadata ToMetadata(InstanceRecord record, string? input, bool getInputsAndOutputs)
    {
        TaskFailureDetails? failure = record.Failure is { } stored ? FailureData.Decode(stored).ToDetails() : null;
        return new(record.Name, record.InstanceId)
        {
            DataConverter = getInputsAndOutputs ? node.Execution.Converter : null,
            RuntimeStatus = ToPublic(record.Status),
            CreatedAt = record.CreatedAt,
            LastUpdatedAt = record.UpdatedAt,
            SerializedInput = getInputsAndOutputs ? input : null,
            SerializedOutput = getInputsAndOutputs ? record.Output ?? Spell(failure) : null,
            SerializedCustomStatus = getInputsAndOutputs ? record.CustomStatus : null,
            FailureDetails = failure,
            Tags = HistoryFormat.DecodeTags(record.Tags) ?? System.Collections.Immutable.ImmutableDictionary<string, string>.Empty,
        };
    }

    /// <summary>A failure in place of an output, as official: a text that is no JSON.</summary>
    private static string? Spell(TaskFailureDetails? failure) => failure is null ? null : $"{failure.ErrorType}: {failure.ErrorMessage}";

    private static InstanceQuery ToQuery(OrchestrationQuery query, string? continuation, int? pageSize)
    {
        long after = 0;
        if (!string.IsNullOrEmpty(continuation) && !long.TryParse(continuation, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new ArgumentException("The continuation token is none of this hub's.", nameof(continuation));
        }

        return new InstanceQuery
        {
            CreatedFrom = query.CreatedFrom,
            CreatedTo = query.CreatedTo,
            Statuses = query.Statuses?.Select(ToStored).Distinct().ToArray() is { Length: > 0 } statuses ? statuses : null,
            InstanceIdPrefix = string.IsNullOrEmpty(query.InstanceIdPrefix) ? null : query.InstanceIdPrefix,
            InstanceIdPrefixNot = EntityMessages.Mark.ToString(),
            PageSize = Math.Clamp(pageSize ?? query.PageSize, 1, 1000),
            AfterKey = after,
        };
    }

#pragma warning disable CS0618 // Two official statuses are obsolete and stored by nobody; they are mapped all the same.
    private static InstanceStatus ToStored(OrchestrationRuntimeStatus status) => status switch
    {
        OrchestrationRuntimeStatus.Pending => InstanceStatus.Pending,
        OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.ContinuedAsNew => InstanceStatus.Running,
        OrchestrationRuntimeStatus.Suspended => InstanceStatus.Suspended,
        OrchestrationRuntimeStatus.Completed => InstanceStatus.Completed,
        OrchestrationRuntimeStatus.Failed => InstanceStatus.Failed,
        OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Canceled => InstanceStatus.Terminated,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status of an orchestration."),
    };
#pragma warning restore CS0618

    private static OrchestrationRuntimeStatus ToPublic(InstanceStatus status) => status switch
    {
        InstanceStatus.Pending => OrchestrationRuntimeStatus.Pending,
        InstanceStatus.Running => OrchestrationRuntimeStatus.Running,
        InstanceStatus.Suspended => OrchestrationRuntimeStatus.Suspended,
        InstanceStatus.Completed => OrchestrationRuntimeStatus.Completed,
        InstanceStatus.Failed => OrchestrationRuntimeStatus.Failed,
        InstanceStatus.Terminated => OrchestrationRuntimeStatus.Terminated,
        _ => throw new System.Diagnostics.UnreachableException(status.ToString()),
    };
}
