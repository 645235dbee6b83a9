namespace Microsoft.DurableTask.Entities;

/// <summary>What an entity's operation works with.</summary>
public abstract class TaskEntityContext
{
    /// <summary>The entity's id.</summary>
    public abstract EntityInstanceId Id { get; }

    /// <summary>Signals another entity, without input.</summary>
    /// <inheritdoc cref="SignalEntity(EntityInstanceId, string, object?, SignalEntityOptions?)"/>
    public virtual void SignalEntity(EntityInstanceId id, string operationName, SignalEntityOptions options) =>
        SignalEntity(id, operationName, null, options);

    /// <summary>Signals another entity when the present operation has ended.</summary>
    /// <param name="id">The entity.</param>
    /// <param name="operationName">The operation.</param>
    /// <param name="input">Its input, or null; it is serialized.</param>
    /// <param name="options">How to signal, or null.</param>
    public abstract void SignalEntity(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null);

    /// <summary>Starts an orchestration, without input.</summary>
    /// <inheritdoc cref="ScheduleNewOrchestration(TaskName, object?, StartOrchestrationOptions?)"/>
    public virtual string ScheduleNewOrchestration(TaskName name, StartOrchestrationOptions options) =>
        ScheduleNewOrchestration(name, null, options);

    /// <summary>Starts an orchestration when the present operation has ended.</summary>
    /// <param name="name">The orchestrator's name.</param>
    /// <param name="input">Its input, or null; it is serialized.</param>
    /// <param name="options">How to start it, or null.</param>
    /// <returns>The instance id.</returns>
    public abstract string ScheduleNewOrchestration(
        TaskName name, object? input = null, StartOrchestrationOptions? options = null);
}
