using Microsoft.DurableTask.Entities;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs an entity's operations. Not offered yet: an app with entities does not start.</summary>
public sealed class TaskEntityDispatcher
{
    internal TaskEntityDispatcher()
    {
    }

    /// <summary>Not offered yet.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task DispatchAsync(ITaskEntity entity) => throw NotOffered();

    /// <summary>Not offered yet.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task DispatchAsync<T>() => throw NotOffered();

    /// <summary>Not offered yet.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task DispatchAsync(Func<TaskEntityOperation, ValueTask<object?>> handler) => throw NotOffered();

    private static NotSupportedException NotOffered() => new("TaskEntityDispatcher.DispatchAsync is not offered by this runtime yet: entities come later.");
}
