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

    /// <summary>
    /// Runs one operation: by the public method of its name, else, where that is allowed, by the state's, else by what every
    /// entity can do (<c>delete</c>: deletes the state). A parameter of type <see cref="TaskEntityContext"/> is the context, any
    /// other the input. What <see cref="State"/> is at the end is stored.
    /// </summary>
    /// <exception cref="NotSupportedException">There is no such operation.</exception>
    public async ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        Context = operation.Context;
        State = operation.State.GetState(typeof(TState)) is TState state ? state : InitializeState(operation);
        object? result;
        if (OperationDispatch.Find(GetType(), operation.Name) is { } own)
        {
            result = await own.CallAsync(this, operation).ConfigureAwait(false);
        }
        else if (AllowStateDispatch && OperationDispatch.Find(StateToDispatchTo().GetType(), operation.Name) is { } ofState)
        {
            result = await ofState.CallAsync(State!, operation).ConfigureAwait(false);
        }
        else if (string.Equals(operation.Name, "delete", StringComparison.OrdinalIgnoreCase))
        {
            operation.State.SetState(null);
            return null;
        }
        else
        {
            throw new NotSupportedException($"No suitable method found for entity operation '{operation}'.");
        }

        operation.State.SetState(State);
        return result;
    }

    private object StateToDispatchTo() =>
        State ?? throw new InvalidOperationException("Attempting to dispatch to state, but entity state is null.");

    /// <summary>Makes the state of an entity that has none. Default: by the type's parameterless constructor.</summary>
    /// <param name="entityOperation">The operation that finds no state.</param>
    protected virtual TState InitializeState(TaskEntityOperation entityOperation)
    {
        // A nullable value type would be made as null, which is no state.
        Type type = Nullable.GetUnderlyingType(typeof(TState)) ?? typeof(TState);
        return (TState)Activator.CreateInstance(type)!;
    }
}
