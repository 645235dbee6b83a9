namespace Microsoft.DurableTask.Entities;

/// <summary>The base of entities whose operations are methods.</summary>
/// <typeparam name="TState">The type of the state.</typeparam>
public abstract class TaskEntity<TState> : ITaskEntity
{
    /// <summary>Whether an operation that the entity has no method for may be a method of its state. Default: false.</summary>
    protected virtual bool AllowStateDispatch => false;

    /// <summary>The state; what it is when an operation ends is stored.</summary>
    protected TState State { get; set; } = default!;

    /// <summary>What the present operation knows of its entity.</summary>
    protected TaskEntityContext Context { get; private set; } = null!;

    /// <summary>Runs one operation. Not offered by this runtime yet.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        Context = operation.Context;
        throw EntitiesNotOffered.By($"operation '{operation.Name}' of {GetType()}");
    }

    /// <summary>Makes the state of an entity that has none. Default: by the type's parameterless constructor.</summary>
    /// <param name="entityOperation">The operation that finds no state.</param>
    protected virtual TState InitializeState(TaskEntityOperation entityOperation)
    {
        // A nullable value type would be made as null, which is no state.
        Type type = Nullable.GetUnderlyingType(typeof(TState)) ?? typeof(TState);
        return (TState)Activator.CreateInstance(type)!;
    }
}
