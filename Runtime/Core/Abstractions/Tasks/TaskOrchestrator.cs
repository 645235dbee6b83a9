namespace Microsoft.DurableTask;

/// <summary>The base of class-based orchestrators, registered by <see cref="DurableTaskAttribute"/>.</summary>
/// <typeparam name="TInput">The type of the input.</typeparam>
/// <typeparam name="TOutput">The type of the result.</typeparam>
public abstract class TaskOrchestrator<TInput, TOutput> : ITaskOrchestrator
{
    Type ITaskOrchestrator.InputType => typeof(TInput);

    Type ITaskOrchestrator.OutputType => typeof(TOutput);

    async Task<object?> ITaskOrchestrator.RunAsync(TaskOrchestrationContext context, object? input)
    {
        ArgumentNullException.ThrowIfNull(context);
#pragma warning disable CA2007 // Orchestrator code: the continuation has to stay on the orchestration's scheduler.
        return await RunAsync(context, TaskInput.As<TInput>(input));
#pragma warning restore CA2007
    }

    /// <summary>Runs it.</summary>
    /// <param name="context">What it knows of its call.</param>
    /// <param name="input">The input; the type's default when there was none.</param>
    /// <returns>The result.</returns>
    public abstract Task<TOutput> RunAsync(TaskOrchestrationContext context, TInput input);
}
