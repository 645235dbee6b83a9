using FuncExec.Runtime.Hosting;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the operations for which an entity function was called. Dispatch once in each call.</summary>
public sealed class TaskEntityDispatcher
{
    private readonly EntityBatch _batch;
    private readonly IServiceProvider _services;

    internal TaskEntityDispatcher(EntityBatch batch, IServiceProvider services)
    {
        _batch = batch;
        _services = services;
    }

    /// <summary>Runs the operations on an entity.</summary>
    /// <exception cref="InvalidOperationException">They were dispatched before.</exception>
    public Task DispatchAsync(ITaskEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return _batch.RunAsync(entity);
    }

    /// <summary>
    /// Runs the operations on a <typeparamref name="T"/>: an <see cref="ITaskEntity"/> is made with services; any other type is the
    /// state, whose public methods are the operations.
    /// </summary>
    /// <inheritdoc cref="DispatchAsync(ITaskEntity)"/>
    public Task DispatchAsync<T>() => DispatchAsync(typeof(ITaskEntity).IsAssignableFrom(typeof(T))
        ? (ITaskEntity)ActivatorUtilities.GetServiceOrCreateInstance(_services, typeof(T))
        : new StateEntity<T>());

    /// <summary>Runs the operations by a delegate.</summary>
    /// <inheritdoc cref="DispatchAsync(ITaskEntity)"/>
    public Task DispatchAsync(Func<TaskEntityOperation, ValueTask<object?>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return DispatchAsync(new DelegateEntity(handler));
    }

    private sealed class StateEntity<T> : TaskEntity<T>
    {
        protected override bool AllowStateDispatch => true;
    }

    private sealed class DelegateEntity(Func<TaskEntityOperation, ValueTask<object?>> handler) : ITaskEntity
    {
        public ValueTask<object?> RunAsync(TaskEntityOperation operation) => handler(operation);
    }
}
