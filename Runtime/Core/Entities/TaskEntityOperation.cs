namespace Microsoft.DurableTask.Entities;

/// <summary>One operation that an entity is to run.</summary>
public abstract class TaskEntityOperation
{
    /// <summary>The operation's name, without regard to case.</summary>
    public abstract string Name { get; }

    /// <summary>What the operation works with.</summary>
    public abstract TaskEntityContext Context { get; }

    /// <summary>The entity's state.</summary>
    public abstract TaskEntityState State { get; }

    /// <summary>Whether the caller gave an input.</summary>
    public abstract bool HasInput { get; }

    /// <summary>The input; the type's default when there is none.</summary>
    public virtual T? GetInput<T>() => GetInput(typeof(T)) is { } input ? (T)input : default;

    /// <summary>The input as the given type, or null when there is none.</summary>
    public abstract object? GetInput(Type inputType);

    /// <summary>The entity's name and the operation's.</summary>
    public override string ToString() => $"{Context.Id.Name}/{Name}";
}
