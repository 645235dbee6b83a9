namespace Microsoft.DurableTask;

/// <summary>The base of class-based activitys, registered by <see cref="DurableTaskAttribute"/>.</summary>
/// <typeparam name="TInput">The type of the input.</typeparam>
/// <typeparam name="TOutput">The type of the result.</typeparam>
public abstract class TaskActivity<TInput, TOutput> : ITaskActivity
{
    Type ITaskActivity.InputType => typeof(TInput);

    Type ITaskActivity.OutputType => typeof(TOutput);

    async Task<object?> ITaskActivity.RunAsync(TaskActivityContext context, object? input)
    {
        ArgumentNullException.ThrowIfNull(context);
        return await RunAsync(context, TaskInput.As<TInput>(input)).ConfigureAwait(false);
    }

    /// <summary>Runs it.</summary>
    /// <param name="context">What it knows of its call.</param>
    /// <param name="input">The input; the type's default when there was none.</param>
    /// <returns>The result.</returns>
    public abstract Task<TOutput> RunAsync(TaskActivityContext context, TInput input);
}
