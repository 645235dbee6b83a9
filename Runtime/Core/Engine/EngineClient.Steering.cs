using System.Diagnostics;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hosting;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Tracing;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine;

// Events, suspension and termination.
internal sealed partial class EngineClient
{
    /// <inheritdoc/>
    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        string? payload = node.Execution.Serialize(eventPayload, $"The payload of the event '{eventName}'");
        using Activity? span = Spans.BeginEvent(eventName, instanceId);
        await SteerAsync(instanceId, new EventRaised(eventName, payload), "An event cannot be raised to", cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        string? output = node.Execution.Serialize(options?.Output, "The output of a termination");
        ReceivedEvent message = options?.Recursive == true ? new TreeTerminated(output, null) : new ExecutionTerminated(output);
        return SteerAsync(instanceId, message, "It is not possible to terminate", cancellation);
    }

    /// <inheritdoc/>
    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SteerAsync(instanceId, new ExecutionSuspended(reason), "It is not possible to suspend", cancellation);

    /// <inheritdoc/>
    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SteerAsync(instanceId, new ExecutionResumed(reason), "It is not possible to resume", cancellation);

    private async Task SteerAsync(string instanceId, ReceivedEvent message, string cannot, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        switch (await SendAsync(instanceId, message, cancellation).ConfigureAwait(false))
        {
            case SendOutcome.NotFound:
                throw NotFound(instanceId);
            case SendOutcome.Finished finished:
                throw new InvalidOperationException($"{cannot} the instance '{instanceId}': it has finished ({finished.Status}).");
            case SendOutcome.InboxFull full:
                throw InboxFull(instanceId, full);
        }
    }

    /// <summary>Stores a message, and hands it over where the instance is this node's.</summary>
    private async Task<SendOutcome> SendAsync(string instanceId, ReceivedEvent message, CancellationToken cancellation)
    {
        SendOutcome outcome = await AskAsync(node.Hub.SendMessageAsync(
            new OutgoingMessage(instanceId, null, HistoryFormat.Encode(message)), cancellation)).ConfigureAwait(false);
        if (outcome is SendOutcome.Stored stored && (stored.OwnerSession is not { } owner || owner == node.Session.Id))
        {
            node.Instances.Deliver(instanceId, Incoming.Message(stored.MessageId, message));
        }

        return outcome;
    }

    private static ArgumentException NotFound(string instanceId) =>
        new($"No instance with ID '{instanceId}' was found.", nameof(instanceId));

    private static InboxFullException InboxFull(string instanceId, SendOutcome.InboxFull full) =>
        new($"The instance '{instanceId}' has {full.Limit} unread messages; try again later.");
}
