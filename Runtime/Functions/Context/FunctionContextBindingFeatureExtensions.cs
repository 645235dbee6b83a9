using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Functions.Invocation;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>What middleware may read and set of a call.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>Makes the value of an input. Set, it is what the function receives.</summary>
    public static async ValueTask<InputBindingData<T>> BindInputAsync<T>(this FunctionContext context, BindingMetadata bindingMetadata)
    {
        ArgumentNullException.ThrowIfNull(bindingMetadata);
        Call call = Call.Of(context);
        object? value = null;
        if (call.Inputs?.TryGetValue(bindingMetadata.Name, out value) is not true)
        {
            value = await call.Function.BindAsync(call, bindingMetadata.Name, typeof(T)).ConfigureAwait(false);
            call.SetInput(bindingMetadata.Name, value);
        }

        return new BoundInput<T>(call, bindingMetadata, value is T typed ? typed : default);
    }

    /// <summary>The result, as a type.</summary>
    /// <exception cref="InvalidOperationException">It is of another type.</exception>
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context)
    {
        Call call = Call.Of(context);
        return call.Result is T
            ? new CallResult<T>(call)
            : throw new InvalidOperationException($"The result is {call.Result?.GetType().ToString() ?? "null"}, not {typeof(T)}.");
    }

    /// <summary>The result.</summary>
    public static InvocationResult GetInvocationResult(this FunctionContext context) => new CallResult(Call.Of(context));

    /// <summary>The outputs of a function that has several, or its result as <c>$return</c>.</summary>
    public static IEnumerable<OutputBindingData<T>> GetOutputBindings<T>(this FunctionContext context)
    {
        Call call = Call.Of(context);
        foreach (BindingMetadata binding in call.FunctionDefinition.OutputBindings.Values)
        {
            yield return new CallOutput<T>(call, binding);
        }
    }
}
