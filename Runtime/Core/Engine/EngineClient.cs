using System.Diagnostics;
using DurableTask.Core.Exceptions;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;
using FuncExec.Runtime.Tracing;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace FuncExec.Runtime.Engine;

/// <summary>The client of the engine's own process.</summary>
internal sealed partial class EngineClient(EngineNode node, string name) : DurableTaskClient(name)
{
    /// <summary>Instances that may wait for their first turn in memory; past it they wait in the store.</summary>
    private const int MaxBacklog = 20_000;

    /// <inheritdoc/>
    public override DurableEntityClient Entities { get; } = new EngineEntityClient(node, name);

    /// <inheritdoc/>
    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        string instanceId = string.IsNullOrEmpty(options?.InstanceId) ? Guid.NewGuid().ToString("N") : options.InstanceId;
        InstanceIds.Check(instanceId);
        var conflicts = new IdConflicts(options?.DedupeStatuses);
        if (!node.Registry.TryGetOrchestrator(orchestratorName.Name, out _))
        {
            throw new ArgumentException(
                UnknownFunction.Message("orchestrator", orchestratorName.Name, node.Registry.Orchestrators), nameof(orchestratorName));
        }

        string? serialized = node.Execution.Serialize(input, $"The input of '{orchestratorName.Name}'");
        string version = options?.Version is { } asked ? asked.Version ?? "" : node.Options.DefaultVersion;
        IReadOnlyDictionary<string, string>? tags = options?.Tags is { Count: > 0 } given ? new Dictionary<string, string>(given) : null;
        var start = new ExecutionStarted(orchestratorName.Name, serialized, version.Length == 0 ? null : version, null, tags);
        var creation = new NewStart(instanceId, start, options?.StartAt);
        using Activity? span = Spans.BeginCreation(creation);
        try
        {
            await StartAsync(creation.CausedBy(span), conflicts, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }

        return instanceId;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Creates an instance, once whoever uses its id and may be replaced has ended.</summary>
    private async Task StartAsync(NewStart start, IdConflicts conflicts, CancellationToken cancellation)
    {
        while (await TryCreateAsync(start, conflicts.KeptStatuses, cancellation).ConfigureAwait(false) is { } user)
        {
            if (!conflicts.MayEnd(user))
            {
                throw new OrchestrationAlreadyExistsException(
                    $"An orchestration instance with the ID {start.InstanceId} already exists (it is {user}).");
            }

            await EndAsync(start.InstanceId, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Creates an instance; answers the status of whoever uses its id, null when it was created.</summary>
    private async Task<InstanceStatus?> TryCreateAsync(
        NewStart start, IReadOnlyCollection<InstanceStatus> keptStatuses, CancellationToken cancellation)
    {
        (NewInstance instance, TurnRecord firstTurn) = start.ToInstance(node.Now);

        // What begins later takes no place now.
        bool here = node.Options.RunsOrchestrations && node.Session.IsAlive && (instance.StartAt is not null || node.Instances.Turns.Backlog < MaxBacklog);
        CreateOutcome outcome = await AskAsync(node.Hub.CreateInstanceAsync(
            instance with { KeptStatuses = keptStatuses }, here ? node.Session.Id : null, cancellation)).ConfigureAwait(false);
        switch (outcome)
        {
            case CreateOutcome.InUse inUse:
                return inUse.Status;
            case CreateOutcome.Created { Lease: { } lease }:
                node.Instances.Start(lease, instance.Generation, instance.CreatedAt, firstTurn);
                break;
            default:
                // A delayed one has nothing to do that a search would find; whoever ends here now must not be taken for this one.
                if (instance.StartAt is not null || node.Instances.IsBusy(start.InstanceId))
                {
                    node.Instances.Deliver(start.InstanceId, Incoming.Wake);
                }

                node.Recovery.Nudge();
                break;
        }

        return null;
    }

    /// <summary>Terminates whoever uses the id, and waits until he has ended.</summary>
    private async Task EndAsync(string instanceId, CancellationToken cancellation)
    {
        if (await node.Hub.FindInstanceAsync(instanceId, cancellation).ConfigureAwait(false) is not { } user || user.Status.IsFinished())
        {
            return;
        }

        SendOutcome outcome = await SendAsync(instanceId, new ExecutionTerminated(null), cancellation).ConfigureAwait(false);
        if (outcome is SendOutcome.InboxFull full)
        {
            throw InboxFull(instanceId, full);
        }

        await WaitUntilOverAsync(user, cancellation).ConfigureAwait(false);
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
}
