using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask;

/// <summary>
/// What an orchestrator works with: it calls tasks, sets timers and awaits events through this object alone, so that its
/// code can be run again from history and take the same course.
/// </summary>
/// <remarks>Use it on the orchestration's own thread only, and await only tasks that came from it.</remarks>
public abstract partial class TaskOrchestrationContext
{
    private static readonly Dictionary<string, object?> _noProperties = [];

    /// <summary>The name by which the orchestrator was started.</summary>
    public abstract TaskName Name { get; }

    /// <summary>The instance id.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The orchestration that started this one, or null.</summary>
    public abstract ParentOrchestrationInstance? Parent { get; }

    /// <summary>The time (UTC) as recorded in the history: the same in every replay. Use it instead of any clock.</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>True while the code runs over what it has done before, to rebuild its variables.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The version that the instance was started with; empty when none.</summary>
    public virtual string Version => string.Empty;

    /// <summary>Settings of the host for orchestrators. Default: none.</summary>
    public virtual IReadOnlyDictionary<string, object?> Properties => _noProperties;

    /// <summary>Works with entities.</summary>
    /// <exception cref="NotSupportedException">This context offers none.</exception>
    public virtual TaskOrchestrationEntityFeature Entities =>
        throw new NotSupportedException($"Durable entities are not supported by {GetType()}.");

    /// <summary>The input, or the type's default when there is none.</summary>
    public abstract T? GetInput<T>();

    /// <summary>Calls an activity and discards its result.</summary>
    /// <param name="name">The activity's name.</param>
    /// <param name="input">Its input, or null. It is serialized and stored.</param>
    /// <param name="options">How to run it, or null.</param>
    /// <returns>A task that ends when the activity has ended. The activity may run more than once; its end is recorded once.</returns>
    /// <exception cref="TaskFailedException">The activity failed, after all retries.</exception>
    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivityAsync<object>(name, input, options);

    /// <summary>Calls an activity without input and discards its result.</summary>
    /// <inheritdoc cref="CallActivityAsync(TaskName, object?, TaskOptions?)"/>
    public virtual Task CallActivityAsync(TaskName name, TaskOptions options) => CallActivityAsync(name, null, options);

    /// <summary>Calls an activity without input.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <inheritdoc cref="CallActivityAsync{TResult}(TaskName, object?, TaskOptions?)"/>
    public virtual Task<TResult> CallActivityAsync<TResult>(TaskName name, TaskOptions options) =>
        CallActivityAsync<TResult>(name, null, options);

    /// <summary>Calls an activity.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="name">The activity's name.</param>
    /// <param name="input">Its input, or null. It is serialized and stored.</param>
    /// <param name="options">How to run it, or null.</param>
    /// <returns>The result. The activity may run more than once; one result is recorded.</returns>
    /// <exception cref="TaskFailedException">The activity failed, after all retries.</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(
        TaskName name, object? input = null, TaskOptions? options = null);

    /// <summary>Runs another orchestrator as a child, with a history of its own, and discards its result.</summary>
    /// <param name="orchestratorName">The orchestrator's name.</param>
    /// <param name="input">Its input, or null. It is serialized and stored.</param>
    /// <param name="options">How to run it, or null; <see cref="SubOrchestrationOptions"/> can name the instance.</param>
    /// <returns>A task that ends when the child has ended.</returns>
    /// <exception cref="TaskFailedException">The child failed, after all retries.</exception>
    public virtual Task CallSubOrchestratorAsync(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallSubOrchestratorAsync<object>(orchestratorName, input, options);

    /// <summary>Runs another orchestrator as a child, without input, and discards its result.</summary>
    /// <inheritdoc cref="CallSubOrchestratorAsync(TaskName, object?, TaskOptions?)"/>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync(orchestratorName, null, options);

    /// <summary>Runs another orchestrator as a child, without input.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <inheritdoc cref="CallSubOrchestratorAsync{TResult}(TaskName, object?, TaskOptions?)"/>
    public virtual Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync<TResult>(orchestratorName, null, options);

    /// <summary>Runs another orchestrator as a child, with a history of its own.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="orchestratorName">The orchestrator's name.</param>
    /// <param name="input">Its input, or null. It is serialized and stored.</param>
    /// <param name="options">How to run it, or null; <see cref="SubOrchestrationOptions"/> can name the instance.</param>
    /// <returns>The child's result.</returns>
    /// <exception cref="TaskFailedException">The child failed, after all retries.</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    /// <summary>Sets a durable timer.</summary>
    /// <param name="delay">When it fires, counted from <see cref="CurrentUtcDateTime"/>.</param>
    /// <param name="cancellationToken">Takes the timer back; its task is then cancelled.</param>
    /// <returns>A task that ends when the timer has fired.</returns>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken) =>
        CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>Sets a durable timer.</summary>
    /// <param name="fireAt">When it fires (UTC); a time gone by is at once.</param>
    /// <param name="cancellationToken">Takes the timer back; its task is then cancelled.</param>
    /// <returns>A task that ends when the timer has fired.</returns>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>Makes known how the orchestration gets on: the status query shows it after the present turn.</summary>
    /// <param name="customStatus">What to show; it is serialized. Null clears it.</param>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>
    /// Ends this generation and begins the next one, with an empty history, when the orchestrator returns; it should
    /// return at once. Unfinished tasks and timers are dropped.
    /// </summary>
    /// <param name="newInput">The input of the next generation, or null.</param>
    /// <param name="preserveUnprocessedEvents">Whether external events that nothing has waited for yet go with it.</param>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>
    /// Ends this generation and begins the next one, with an empty history, when the orchestrator returns. A context that
    /// does not override it cannot change the version.
    /// </summary>
    /// <param name="options">How the next generation begins.</param>
    public virtual void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContinueAsNew(options.NewInput, options.PreserveUnprocessedEvents);
    }

    /// <summary>Makes a GUID that is the same in every replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>Compares <see cref="Version"/> with another version; no version is before every other.</summary>
    /// <returns>Below zero when the orchestration's is the older, zero when they are equal, above zero otherwise.</returns>
    public virtual int CompareVersionTo(string version) =>
        Abstractions.TaskOrchestrationVersioningUtils.CompareVersions(Version, version);
}
