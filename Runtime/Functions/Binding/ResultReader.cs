namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Turns what a function's method returned (a value, a task, nothing) into its result.</summary>
/// <param name="resultType">The type of the result itself; <see cref="void"/> when there is none.</param>
internal abstract class ResultReader(Type resultType)
{
    /// <summary>The type of the result itself; <see cref="void"/> when there is none.</summary>
    public Type ResultType { get; } = resultType;

    /// <summary>Awaits the result. <paramref name="onCallersScheduler"/> is true for orchestrators, which must stay on theirs.</summary>
    public abstract ValueTask<object?> ReadAsync(object? returned, bool onCallersScheduler);

    /// <summary>The reader for a method's return type.</summary>
    public static ResultReader For(Type returnType)
    {
        if (returnType == typeof(Task))
        {
            return new OfTask();
        }

        if (returnType == typeof(ValueTask))
        {
            return new OfValueTask();
        }

        Type? open = returnType.IsGenericType ? returnType.GetGenericTypeDefinition() : null;
        Type? reader = open == typeof(Task<>) ? typeof(OfTask<>) : open == typeof(ValueTask<>) ? typeof(OfValueTask<>) : null;
        return reader is null
            ? new OfValue(returnType)
            : (ResultReader)Activator.CreateInstance(reader.MakeGenericType(returnType.GetGenericArguments()))!;
    }

    private sealed class OfValue(Type type) : ResultReader(type)
    {
        public override ValueTask<object?> ReadAsync(object? returned, bool onCallersScheduler) => new(returned);
    }

    private sealed class OfTask() : ResultReader(typeof(void))
    {
        public override async ValueTask<object?> ReadAsync(object? returned, bool onCallersScheduler)
        {
            await ((Task)returned!).ConfigureAwait(onCallersScheduler);
            return null;
        }
    }

    private sealed class OfValueTask() : ResultReader(typeof(void))
    {
        public override async ValueTask<object?> ReadAsync(object? returned, bool onCallersScheduler)
        {
            await ((ValueTask)returned!).ConfigureAwait(onCallersScheduler);
            return null;
        }
    }

    private sealed class OfTask<T>() : ResultReader(typeof(T))
    {
        public override async ValueTask<object?> ReadAsync(object? returned, bool onCallersScheduler) =>
            await ((Task<T>)returned!).ConfigureAwait(onCallersScheduler);
    }

    private sealed class OfValueTask<T>() : ResultReader(typeof(T))
    {
        public override async ValueTask<object?> ReadAsync(object? returned, bool onCallersScheduler) =>
            await ((ValueTask<T>)returned!).ConfigureAwait(onCallersScheduler);
    }
}
