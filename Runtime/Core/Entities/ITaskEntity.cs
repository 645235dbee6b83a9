namespace Microsoft.DurableTask.Entities;

/// <summary>An entity: state that is changed by one operation at a time. Derive from <see cref="TaskEntity{TState}"/>.</summary>
public interface ITaskEntity
{
    /// <summary>Runs one operation.</summary>
    /// <param name="operation">The operation, with access to the state.</param>
    /// <returns>Its result, or null.</returns>
    ValueTask<object?> RunAsync(TaskEntityOperation operation);
}
