using System.Diagnostics;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;
using FuncExec.Runtime.Tracing;

namespace FuncExec.Runtime.Engine;

// Orchestrations run once more.
internal sealed partial class EngineClient
{
    /// <inheritdoc/>
    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        InstanceRecord old = await FindOrchestrationAsync(instanceId, cancellation).ConfigureAwait(false);
        if (!restartWithNewInstanceId && !old.Status.IsFinished())
        {
            throw CannotRestart(instanceId, old.Status);
        }

        if (!node.Registry.TryGetOrchestrator(old.Name, out _))
        {
            throw new InvalidOperationException(UnknownFunction.Message("orchestrator", old.Name, node.Registry.Orchestrators));
        }

        // Whose child it was does not wait for it a second time.
        ExecutionStarted start = await ReadStartAsync(old, cancellation).ConfigureAwait(false) ?? throw NotFound(instanceId);
        string newId = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        var creation = new NewStart(newId, start with { Parent = null }, null);
        using Activity? span = Spans.BeginCreation(creation);
        return await TryCreateAsync(creation.CausedBy(span), [], cancellation).ConfigureAwait(false) is { } user
            ? throw CannotRestart(newId, user)
            : newId;
    }

    /// <inheritdoc/>
    public override async Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        InstanceRecord instance;
        do
        {
            instance = await FindOrchestrationAsync(instanceId, cancellation).ConfigureAwait(false);
            if (instance.Status != InstanceStatus.Failed)
            {
                throw new InvalidOperationException($"The instance '{instanceId}' is {instance.Status}; only what has failed is rewound.");
            }
        }
        while (!await AskAsync(InstanceRewinder.TryRewindAsync(node, instance, reason, cancellation)).ConfigureAwait(false));
    }

    private static InvalidOperationException CannotRestart(string instanceId, InstanceStatus status) =>
        new($"The instance '{instanceId}' cannot be restarted under its id: it is {status}. Terminate it first, or ask for a new id.");

    /// <summary>The orchestration of that id; an entity is none.</summary>
    private async Task<InstanceRecord> FindOrchestrationAsync(string instanceId, CancellationToken cancellation) =>
        instanceId[0] != EntityMessages.Mark && await node.Hub.FindInstanceAsync(instanceId, cancellation).ConfigureAwait(false) is { } found
            ? found
            : throw NotFound(instanceId);
}
