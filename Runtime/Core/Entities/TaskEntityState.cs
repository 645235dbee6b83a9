namespace Microsoft.DurableTask.Entities;

/// <summary>An entity's state, read and written as a whole.</summary>
public abstract class TaskEntityState
{
    /// <summary>Whether the entity has a state.</summary>
    public abstract bool HasState { get; }

    /// <summary>Reads the state.</summary>
    /// <param name="defaultValue">What to answer when there is none.</param>
    public virtual T? GetState<T>(T? defaultValue = default) => GetState(typeof(T)) is T state ? state : defaultValue;

    /// <summary>Reads the state as the given type; null when there is none.</summary>
    public abstract object? GetState(Type type);

    /// <summary>Replaces the state; null deletes it.</summary>
    public abstract void SetState(object? state);
}
