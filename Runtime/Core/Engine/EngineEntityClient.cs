using System.Diagnostics;
using System.Globalization;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Tracing;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine;

/// <summary>The entities of the engine's own process.</summary>
internal sealed class EngineEntityClient(EngineNode node, string name) : DurableEntityClient(name)
{
    private const int MaxPageSize = 1000;

    /// <inheritdoc/>
    public override async Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(operationName);
        string target = ToText(id);
        string? serialized = node.Execution.Serialize(input, $"The input of '{operationName}' of the entity '{id}'");
        using Activity? span = Spans.BeginSignal(id, operationName, options?.SignalTime?.UtcDateTime, null);
        OperationRequested operation = new(operationName, serialized, null, options?.SignalTime?.UtcDateTime) { Trace = Spans.CauseOf(span) };
        SendOutcome outcome = await AskAsync(node.Hub.SendMessageAsync(EntityMessages.To(target, operation, node.Now), cancellation)).ConfigureAwait(false);
        switch (outcome)
        {
            case SendOutcome.Stored stored when stored.OwnerSession is not { } owner || owner == node.Session.Id:
                node.Instances.Deliver(target, Incoming.Message(stored.MessageId, operation));
                break;
            case SendOutcome.InboxFull full:
                throw new InboxFullException($"The entity '{id}' has {full.Limit} unread messages; try again later.");
        }
    }

    /// <inheritdoc/>
    public override async Task<EntityMetadata?> GetEntityAsync(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        await FindAsync(id, cancellation).ConfigureAwait(false) is ({ } record, { State: not null } snapshot) ? ToMetadata(record, snapshot, includeState) : null;

    /// <inheritdoc/>
    public override async Task<EntityMetadata<T>?> GetEntityAsync<T>(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        await FindAsync(id, cancellation).ConfigureAwait(false) is ({ } record, { State: not null } snapshot) ? ToMetadata<T>(record, snapshot, includeState) : null;

    /// <inheritdoc/>
    public override AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null)
    {
        EntityQuery query = filter ?? new EntityQuery();
        return List(query, (record, snapshot) => ToMetadata(record, snapshot, query.IncludeState));
    }

    /// <inheritdoc/>
    public override AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null)
    {
        EntityQuery query = filter ?? new EntityQuery();
        return List(query, (record, snapshot) => ToMetadata<T>(record, snapshot, query.IncludeState));
    }

    /// <inheritdoc/>
    public override async Task<CleanEntityStorageResult> CleanEntityStorageAsync(
        CleanEntityStorageRequest? request = null, bool continueUntilComplete = true, CancellationToken cancellation = default)
    {
        CleanEntityStorageRequest what = request ?? CleanEntityStorageRequest.Default;
        int removed = 0, released = 0;
        string? token = what.ContinuationToken;
        do
        {
            InstancePage page = await AskAsync(node.Hub.QueryInstancesAsync(ToQuery(new EntityQuery(), token, null), cancellation)).ConfigureAwait(false);
            foreach (InstanceRecord record in page.Items)
            {
                if (await ReadSnapshotAsync(record, cancellation).ConfigureAwait(false) is not { } snapshot)
                {
                    continue; // It has gone on meanwhile, so there is nothing to clean up.
                }

                if (what.ReleaseOrphanedLocks && await IsOrphanedAsync(snapshot.Holder, cancellation).ConfigureAwait(false))
                {
                    await UnlockAsync(record.InstanceId, snapshot.Holder!, cancellation).ConfigureAwait(false);
                    released++;
                }
                else if (what.RemoveEmptyEntities && snapshot is { State: null, Holder: null, Delayed: null } && record.Status != InstanceStatus.Pending)
                {
                    PurgeOutcome outcome = await AskAsync(node.Hub.PurgeIdleInstanceAsync(record.InstanceId, record.Version, cancellation)).ConfigureAwait(false);
                    removed += outcome == PurgeOutcome.Purged ? 1 : 0;
                }
            }

            token = page.NextAfterKey?.ToString(CultureInfo.InvariantCulture);
        }
        while (continueUntilComplete && token is not null);
        return new CleanEntityStorageResult { EmptyEntitiesRemoved = removed, OrphanedLocksReleased = released, ContinuationToken = token };
    }

    private async Task<bool> IsOrphanedAsync(EntityCaller? holder, CancellationToken cancellation)
    {
        if (holder is null)
        {
            return false;
        }

        InstanceRecord? record = await AskAsync(node.Hub.FindInstanceAsync(holder.InstanceId, cancellation)).ConfigureAwait(false);
        return record is null || record.Generation != holder.Generation || record.Status.IsFinished();
    }

    private async Task UnlockAsync(string entityId, EntityCaller holder, CancellationToken cancellation)
    {
        LockReleased message = new(holder);
        SendOutcome outcome = await AskAsync(node.Hub.SendMessageAsync(
            new OutgoingMessage(entityId, null, HistoryFormat.Encode(message)), cancellation)).ConfigureAwait(false);
        if (outcome is SendOutcome.Stored stored && (stored.OwnerSession is not { } owner || owner == node.Session.Id))
        {
            node.Instances.Deliver(entityId, Incoming.Message(stored.MessageId, message));
        }
    }

    private async Task<(InstanceRecord Record, EntitySnapshot Snapshot)?> FindAsync(EntityInstanceId id, CancellationToken cancellation)
    {
        string text = ToText(id);
        while (await AskAsync(node.Hub.FindInstanceAsync(text, cancellation)).ConfigureAwait(false) is { } record)
        {
            if (await ReadSnapshotAsync(record, cancellation).ConfigureAwait(false) is { } snapshot)
            {
                return (record, snapshot);
            }
        }

        return null;
    }

    /// <summary>Null when it has gone on, or away, since the record was read.</summary>
    private async Task<EntitySnapshot?> ReadSnapshotAsync(InstanceRecord record, CancellationToken cancellation)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> rows = await AskAsync(
            node.Hub.ReadHistoryAsync(record.Key, record.Version - 1, 1, cancellation)).ConfigureAwait(false);
        return rows.Count == 0 ? null : EntitySnapshot.Decode(rows[0].Span);
    }

    private AsyncPageable<T> List<T>(EntityQuery query, Func<InstanceRecord, EntitySnapshot, T> convert)
        where T : notnull =>
        Pageable.Create(async (string? continuation, int? pageSize, CancellationToken cancellation) =>
        {
            InstancePage page = await AskAsync(node.Hub.QueryInstancesAsync(
                ToQuery(query, continuation ?? query.ContinuationToken, pageSize), cancellation)).ConfigureAwait(false);
            List<T> items = new(page.Items.Count);
            foreach (InstanceRecord record in page.Items)
            {
                // Those that have just gone on are looked at as they are now.
                if (await FindAsync(EntityInstanceId.FromString(record.InstanceId), cancellation).ConfigureAwait(false) is var (present, snapshot)
                    && (query.IncludeTransient || snapshot.State is not null))
                {
                    items.Add(convert(present, snapshot));
                }
            }

            return new Page<T>(items, page.NextAfterKey?.ToString(CultureInfo.InvariantCulture));
        });

    private EntityMetadata ToMetadata(InstanceRecord record, EntitySnapshot snapshot, bool includeState) =>
        new(EntityInstanceId.FromString(record.InstanceId), includeState && snapshot.State is { } state ? new SerializedData(state, node.Execution.Converter) : null)
        {
            LastModifiedTime = record.UpdatedAt,
            BacklogQueueSize = snapshot.Waiting,
            LockedBy = snapshot.Holder?.InstanceId,
        };

    private EntityMetadata<T> ToMetadata<T>(InstanceRecord record, EntitySnapshot snapshot, bool includeState)
    {
        EntityInstanceId id = EntityInstanceId.FromString(record.InstanceId);
        return includeState && snapshot.State is { } state
            ? new EntityMetadata<T>(id, node.Execution.Converter.Deserialize<T>(state))
            {
                LastModifiedTime = record.UpdatedAt,
                BacklogQueueSize = snapshot.Waiting,
                LockedBy = snapshot.Holder?.InstanceId,
            }
            : new EntityMetadata<T>(id)
            {
                LastModifiedTime = record.UpdatedAt,
                BacklogQueueSize = snapshot.Waiting,
                LockedBy = snapshot.Holder?.InstanceId,
            };
    }

    private static InstanceQuery ToQuery(EntityQuery query, string? continuation, int? pageSize)
    {
        long after = 0;
        if (!string.IsNullOrEmpty(continuation) && !long.TryParse(continuation, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new ArgumentException("The continuation token is none of this hub's.", nameof(continuation));
        }

        return new InstanceQuery
        {
            InstanceIdPrefix = query.InstanceIdStartsWith ?? EntityMessages.Mark.ToString(),
            UpdatedFrom = query.LastModifiedFrom,
            UpdatedTo = query.LastModifiedTo,
            PageSize = Math.Clamp(pageSize ?? query.PageSize ?? EntityQuery.DefaultPageSize, 1, MaxPageSize),
            AfterKey = after,
        };
    }

    private static string ToText(EntityInstanceId id) =>
        id == default ? throw new ArgumentException("The entity id is empty.", nameof(id)) : id.ToString();

    private async Task<T> AskAsync<T>(Task<T> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (HubUnavailableException)
        {
            node.Recovery.Request(); // What was stored all the same is looked for.
            throw;
        }
    }
}
