namespace Microsoft.DurableTask;

public abstract partial class TaskOrchestrationContext
{
    /// <summary>Waits for an external event. One event ends one wait; events that come before the wait are kept for it.</summary>
    /// <typeparam name="T">The type of the event's payload.</typeparam>
    /// <param name="eventName">The event's name, without regard to case.</param>
    /// <param name="cancellationToken">Gives the wait up; its task is then cancelled.</param>
    /// <returns>The payload.</returns>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>Waits for an external event for a limited time.</summary>
    /// <inheritdoc cref="WaitForExternalEvent{T}(string, TimeSpan, CancellationToken)"/>
    public Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout) =>
        WaitForExternalEvent<T>(eventName, timeout, CancellationToken.None);

    /// <summary>Waits for an external event for a limited time, or until the wait is given up.</summary>
    /// <typeparam name="T">The type of the event's payload.</typeparam>
    /// <param name="eventName">The event's name, without regard to case.</param>
    /// <param name="timeout">How long to wait, by a durable timer.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The payload.</returns>
    /// <exception cref="TaskCanceledException">The time was up, or the wait was given up.</exception>
    public async Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timer = new();
        using CancellationTokenSource wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task timeUp = CreateTimer(timeout, timer.Token);
#pragma warning disable CA2007 // Orchestrator code: the continuations have to stay on the orchestration's scheduler.
        try
        {
            Task<T> received = WaitForExternalEvent<T>(eventName, wait.Token);
            if (await Task.WhenAny(received, timeUp) == timeUp)
            {
                // An event that arrived after all, in the same turn, is not lost: its task has ended already.
                wait.Cancel();
                await timeUp;
            }

            return await received;
        }
        finally
        {
            if (!timeUp.IsCompleted)
            {
                timer.Cancel();
            }
        }
#pragma warning restore CA2007
    }

    /// <summary>Sends an event to another orchestration, which need not wait for it yet. Without a receiver it is dropped.</summary>
    /// <param name="instanceId">The receiver's instance id.</param>
    /// <param name="eventName">The event's name, without regard to case.</param>
    /// <param name="payload">The payload; it is serialized.</param>
    public abstract void SendEvent(string instanceId, string eventName, object payload);
}
