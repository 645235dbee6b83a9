using System.Globalization;
using DurableTask.Core.Exceptions;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace FuncExec.Runtime.Engine;

/// <summary>The client of the engine's own process.</summary>
internal sealed class EngineClient(EngineNode node, string name) : DurableTaskClient(name)
{
    /// <summary>Instances that may wait for their first turn in memory; past it they wait in the store.</summary>
    private const int MaxBacklog = 20_000;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override DurableEntityClient Entities { get; } = new EngineEntityClient(node, name);

    /// <inheritdoc/>
    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        string instanceId = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        InstanceIds.Check(instanceId);
        NotOffered(options);
        if (!node.Registry.TryGetOrchestrator(orchestratorName.Name, out _))
        {
            throw new ArgumentException(
                UnknownFunction.Message("orchestrator", orchestratorName.Name, node.Registry.Orchestrators), nameof(orchestratorName));
        }

        string? serialized = node.Execution.Serialize(input, $"The input of '{orchestratorName.Name}'");
        string version = options?.Version is { } asked ? asked.Version ?? "" : node.Options.DefaultVersion;
        IReadOnlyDictionary<string, string>? tags = options?.Tags is { Count: > 0 } given ? new Dictionary<string, string>(given) : null;
        DateTimeOffset now = node.Now;
        var firstTurn = new TurnRecord(
            now.UtcDateTime, [new ExecutionStarted(orchestratorName.Name, serialized, version.Length == 0 ? null : version, null, tags)], []);
        var instance = new NewInstance
        {
            InstanceId = instanceId,
            Name = orchestratorName.Name,
            Generation = Guid.NewGuid(),
            FirstTurn = HistoryFormat.Encode(firstTurn),
            CreatedAt = now,
            Tags = HistoryFormat.EncodeTags(tags),
        };
        await CreateAsync(instance, firstTurn, cancellation).ConfigureAwait(false);
        return instanceId;
    }

    /// <inheritdoc/>
    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        string? payload = node.Execution.Serialize(eventPayload, $"The payload of the event '{eventName}'");
        return SendAsync(instanceId, new EventRaised(eventName, payload), "An event cannot be raised to", cancellation);
    }

    /// <inheritdoc/>
    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        if (options?.Recursive == true)
        {
            throw new NotSupportedException("TerminateInstanceOptions.Recursive is not offered by this runtime yet: terminate the children one by one.");
        }

        string? output = node.Execution.Serialize(options?.Output, "The output of a termination");
        return SendAsync(instanceId, new ExecutionTerminated(output), "It is not possible to terminate", cancellation);
    }

    /// <inheritdoc/>
    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionSuspended(reason), "It is not possible to suspend", cancellation);

    /// <inheritdoc/>
    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionResumed(reason), "It is not possible to resume", cancellation);

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
    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        NotOffered(options);
        PurgeOutcome outcome = await node.Hub.PurgeInstanceAsync(instanceId, cancellation).ConfigureAwait(false);
        return new PurgeResult(outcome == PurgeOutcome.Purged ? 1 : 0, true);
    }

    /// <inheritdoc/>
    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        NotOffered(options);
        InstanceStatus[] finished = [.. (filter.Statuses?.Select(ToStored) ?? [InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated])
            .Where(status => status.IsFinished())];
        int purged = 0;
        long limit = filter.Timeout is { } timeout ? Environment.TickCount64 + (long)timeout.TotalMilliseconds : long.MaxValue;
        for (long? after = finished.Length == 0 ? null : 0; after is not null;)
        {
            InstancePage page = await node.Hub.QueryInstancesAsync(
                new InstanceQuery { CreatedFrom = filter.CreatedFrom, CreatedTo = filter.CreatedTo, Statuses = finished, AfterKey = after.Value },
                cancellation).ConfigureAwait(false);
            PurgeOutcome[] outcomes = await Task.WhenAll(
                page.Items.Select(record => node.Hub.PurgeInstanceAsync(record.InstanceId, cancellation))).ConfigureAwait(false);
            purged += outcomes.Count(outcome => outcome == PurgeOutcome.Purged);
            after = page.NextAfterKey;
            if (after is not null && Environment.TickCount64 > limit)
            {
                return new PurgeResult(purged, false);
            }
        }

        return new PurgeResult(purged, true);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void NotOffered(StartOrchestrationOptions? options)
    {
        if (options?.StartAt is not null)
        {
            throw new NotSupportedException("StartOrchestrationOptions.StartAt is not offered by this runtime yet: begin with a durable timer instead.");
        }

        if (options?.DedupeStatuses is { Count: > 0 })
        {
            throw new NotSupportedException("StartOrchestrationOptions.DedupeStatuses is not offered by this runtime yet: an id of a finished instance may be used again.");
        }
    }

    private static void NotOffered(PurgeInstanceOptions? options)
    {
        if (options?.Recursive == true)
        {
            throw new NotSupportedException("PurgeInstanceOptions.Recursive is not offered by this runtime yet: purge the children one by one.");
        }
    }

    /// <summary>The caller is told that the outcome is unknown; what was stored all the same is looked for.</summary>
    private async Task<T> AskAsync<T>(Task<T> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (HubUnavailableException)
        {
            node.Recovery.Request();
            throw;
        }
    }

    private async Task CreateAsync(NewInstance instance, TurnRecord firstTurn, CancellationToken cancellation)
    {
        bool here = node.Session.IsAlive && node.Instances.Turns.Backlog < MaxBacklog;
        CreateOutcome outcome = await AskAsync(node.Hub
            .CreateInstanceAsync(instance, here ? node.Session.Id : null, cancellation)).ConfigureAwait(false);
        switch (outcome)
        {
            case CreateOutcome.InUse inUse:
                throw new OrchestrationAlreadyExistsException(
                    $"An orchestration instance with the ID {instance.InstanceId} already exists (it is {inUse.Status}).");
            case CreateOutcome.Created { Lease: { } lease }:
                node.Instances.Start(lease, instance.Generation, instance.CreatedAt, firstTurn);
                break;
            default:
                node.Recovery.Nudge();
                break;
        }
    }

    private async Task SendAsync(string instanceId, ReceivedEvent message, string cannot, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        SendOutcome outcome = await AskAsync(node.Hub.SendMessageAsync(
            new OutgoingMessage(instanceId, null, HistoryFormat.Encode(message)), cancellation)).ConfigureAwait(false);
        switch (outcome)
        {
            case SendOutcome.Stored stored:
                if (stored.OwnerSession is not { } owner || owner == node.Session.Id)
                {
                    node.Instances.Deliver(instanceId, Incoming.Message(stored.MessageId, message));
                }

                break;
            case SendOutcome.NotFound:
                throw new ArgumentException($"No instance with ID '{instanceId}' was found.", nameof(instanceId));
            case SendOutcome.Finished finished:
                throw new InvalidOperationException($"{cannot} the instance '{instanceId}': it has finished ({finished.Status}).");
            case SendOutcome.InboxFull full:
                throw new InboxFullException($"The instance '{instanceId}' has {full.Limit} unread messages; try again later.");
        }
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<InstanceStatus, bool> isReached, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Task<InstanceSnapshot> change = node.Waiters.Listen(instanceId);
            try
            {
                // Most often the instance is at work here, and the news of its end is all that is needed.
                if (isReached(InstanceStatus.Running) || !node.Instances.WillTellEnd(instanceId))
                {
                    InstanceRecord record = await node.Hub.FindInstanceAsync(instanceId, cancellation).ConfigureAwait(false)
                        ?? throw new ArgumentException($"No instance with ID '{instanceId}' was found.", nameof(instanceId));
                    if (isReached(record.Status))
                    {
                        return await ToMetadataAsync(record, getInputsAndOutputs, cancellation).ConfigureAwait(false);
                    }
                }

                InstanceSnapshot snapshot = await change.WaitAsync(PollInterval, cancellation).ConfigureAwait(false);
                if (isReached(snapshot.Record.Status))
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

    private async Task<OrchestrationMetadata> ToMetadataAsync(InstanceRecord record, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        string? input = null;
        if (getInputsAndOutputs)
        {
            IReadOnlyList<ReadOnlyMemory<byte>> first = await node.Hub.ReadHistoryAsync(record.Key, 0, 1, cancellation).ConfigureAwait(false);
            input = first.Count == 0 ? null : HistoryFormat.DecodeTurn(first[0].Span).Received.OfType<ExecutionStarted>().FirstOrDefault()?.Input;
        }

        return ToMetadata(record, input, getInputsAndOutputs);
    }

    private OrchestrationMetadata ToMetadata(InstanceRecord record, string? input, bool getInputsAndOutputs) =>
        new(record.Name, record.InstanceId)
        {
            DataConverter = getInputsAndOutputs ? node.Execution.Converter : null,
            RuntimeStatus = ToPublic(record.Status),
            CreatedAt = record.CreatedAt,
            LastUpdatedAt = record.UpdatedAt,
            SerializedInput = getInputsAndOutputs ? input : null,
            SerializedOutput = getInputsAndOutputs ? record.Output : null,
            SerializedCustomStatus = getInputsAndOutputs ? record.CustomStatus : null,
            FailureDetails = record.Failure is { } failure ? FailureData.Decode(failure).ToDetails() : null,
            Tags = HistoryFormat.DecodeTags(record.Tags) ?? System.Collections.Immutable.ImmutableDictionary<string, string>.Empty,
        };

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
