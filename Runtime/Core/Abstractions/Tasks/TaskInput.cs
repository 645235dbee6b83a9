namespace Microsoft.DurableTask;

/// <summary>Gives class-based tasks their untyped input as the type they declare.</summary>
internal static class TaskInput
{
    // Null becomes the default of the type: whether that is acceptable is for the task to say.
    public static TInput As<TInput>(object? input) => input switch
    {
        TInput typed => typed,
        null => default!,
        _ => throw new ArgumentException(
            $"The input is of type {input.GetType()}, but {typeof(TInput)} is expected.", nameof(input)),
    };
}
