using System.Collections.Concurrent;
using System.Reflection;

namespace Microsoft.DurableTask.Entities;

/// <summary>Finds the method that an operation names and calls it.</summary>
internal static class OperationDispatch
{
    private const BindingFlags Methods = BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase;

    private static readonly ConcurrentDictionary<(Type Target, string Operation), OperationMethod?> s_methods = new();

    /// <summary>The method of a type that an operation names, or null.</summary>
    /// <exception cref="AmbiguousMatchException">There are several of that name.</exception>
    public static OperationMethod? Find(Type target, string operation) => s_methods.GetOrAdd(
        (target, operation), static key => key.Target.GetMethod(key.Operation, Methods) is { } method ? new OperationMethod(method) : null);
}

/// <summary>A method that is an operation.</summary>
internal sealed class OperationMethod
{
    private readonly MethodInfo _method;
    private readonly ParameterInfo[] _parameters;
    private readonly PropertyInfo? _taskResult;

    public OperationMethod(MethodInfo method)
    {
        _method = method;
        _parameters = method.GetParameters();
        Type returned = method.ReturnType;
        if (returned.IsGenericType && returned.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            returned = typeof(Task<>).MakeGenericType(returned.GetGenericArguments());
        }

        _taskResult = returned.IsGenericType && returned.GetGenericTypeDefinition() == typeof(Task<>) ? returned.GetProperty(nameof(Task<>.Result)) : null;
    }

    /// <summary>Calls it and waits for its end.</summary>
    /// <exception cref="InvalidOperationException">A parameter cannot be given.</exception>
    public async ValueTask<object?> CallAsync(object target, TaskEntityOperation operation)
    {
        object? returned = _method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, Bind(operation), null);
        switch (returned)
        {
            case Task task:
                await task.ConfigureAwait(false);
                return _taskResult?.GetValue(task);
            case ValueTask task:
                await task.ConfigureAwait(false);
                return null;
            case not null when _taskResult is not null:
                var asTask = (Task)returned.GetType().GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(returned, null)!;
                await asTask.ConfigureAwait(false);
                return _taskResult.GetValue(asTask);
            default:
                return returned;
        }
    }

    private object?[] Bind(TaskEntityOperation operation)
    {
        object?[] arguments = new object?[_parameters.Length];
        ParameterInfo? context = null, input = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            ParameterInfo parameter = _parameters[i];
            if (parameter.ParameterType == typeof(TaskEntityContext))
            {
                Once(ref context, parameter, "context", operation);
                arguments[i] = operation.Context;
                continue;
            }

            Once(ref input, parameter, "input", operation);
            arguments[i] = operation.HasInput ? operation.GetInput(parameter.ParameterType)
                : parameter.HasDefaultValue ? parameter.DefaultValue
                : throw new InvalidOperationException(
                    $"The operation {operation} takes an input, '{parameter}' of '{_method}', and its caller gave none.");
        }

        return arguments;
    }

    private void Once(ref ParameterInfo? bound, ParameterInfo parameter, string what, TaskEntityOperation operation)
    {
        if (bound is not null)
        {
            throw new InvalidOperationException(
                $"The operation {operation} cannot be dispatched to '{_method}': '{parameter}' would be the {what}, which '{bound}' is already. Remove one of them.");
        }

        bound = parameter;
    }
}
