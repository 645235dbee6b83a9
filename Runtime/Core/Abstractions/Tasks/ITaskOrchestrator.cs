namespace Microsoft.DurableTask;

/// <summary>A class-based orchestrator, called without knowledge of its types. Derive from <see cref="TaskOrchestrator{TInput, TOutput}"/>.</summary>
public interface ITaskOrchestrator
{
    /// <summary>The type of the input.</summary>
    Type InputType { get; }

    /// <summary>The type of the result.</summary>
    Type OutputType { get; }

    /// <summary>Runs it.</summary>
    /// <param name="context">What it knows of its call.</param>
    /// <param name="input">The input, of <see cref="InputType"/>; null is that type's default.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">The input is of another type.</exception>
    Task<object?> RunAsync(TaskOrchestrationContext context, object? input);
}
