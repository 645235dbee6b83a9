using FuncExec.Runtime.Functions.Discovery;
using FuncExec.Runtime.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>A function with everything that a call of it needs, made once at start.</summary>
internal sealed class BoundFunction
{
    /// <summary>The name of the output that is the result itself.</summary>
    public const string ReturnOutput = "$return";

    private readonly Lazy<Func<object?, object?[], object?>> _method;

    public BoundFunction(DiscoveredFunction source)
    {
        Source = source;
        // Compiled by the first call: an app may have hundreds of functions and use three.
        _method = new(() => MethodCaller.Compile(source.Method));
    }

    /// <summary>Where it comes from.</summary>
    public DiscoveredFunction Source { get; }

    /// <summary>The name.</summary>
    public string Name => Source.Name;

    /// <summary>The trigger's parameter.</summary>
    public string TriggerName => Source.TriggerParameter.Name!;

    /// <summary>How it describes itself.</summary>
    public required FunctionDefinition Definition { get; init; }

    /// <summary>What its parameters are filled with, in order.</summary>
    public required IReadOnlyList<Argument> Arguments { get; init; }

    /// <summary>How its result is read.</summary>
    public required ResultReader Result { get; init; }

    /// <summary>How its object is made; null for static methods.</summary>
    public Activation? Activation { get; init; }

    /// <summary>The app's own activator, or null.</summary>
    public IFunctionActivator? Activator { get; init; }

    /// <summary>The property of its result that is the HTTP answer, or null when the result itself is.</summary>
    public OutputProperty? HttpOutput { get; init; }

    /// <summary>Whether one of its parameters is the durable client.</summary>
    public bool UsesClient { get; init; }

    /// <summary>Fills the parameters, calls the function and keeps its result.</summary>
    public async Task InvokeAsync(Call call)
    {
        object?[] arguments = new object?[Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            Argument argument = Arguments[i];
            object? value = null;
            arguments[i] = call.Inputs?.TryGetValue(argument.Name, out value) is true
                ? value
                : await argument.MakeAsync(call).ConfigureAwait(false);
        }

        object? target = Activation?.Create(call, Activator);
        object? result = await Result.ReadAsync(_method.Value(target, arguments), onCallersScheduler: false).ConfigureAwait(false);
        if (HttpOutput is { } output && result is not null)
        {
            (call.Outputs ??= [])[output.Name] = output.Get(result);
            result = null;
        }

        call.Result = result;
    }

    /// <summary>Calls the function with arguments at hand, staying on the caller's scheduler.</summary>
    public async Task<object?> InvokeInPlaceAsync(Call call)
    {
        object?[] arguments = new object?[Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            // Every argument of an orchestrator is at hand: nothing is awaited here.
            arguments[i] = await Arguments[i].MakeAsync(call).ConfigureAwait(true);
        }

        object? target = Activation?.Create(call, Activator);
        return await Result.ReadAsync(_method.Value(target, arguments), onCallersScheduler: true).ConfigureAwait(true);
    }

    /// <summary>Makes one input for middleware; null when there is none of that name.</summary>
    public async ValueTask<object?> BindAsync(Call call, string name, Type type)
    {
        if (type == typeof(HttpRequestData) && call is HttpInvocation http)
        {
            return http.Request;
        }

        Argument? argument = Arguments.FirstOrDefault(argument => argument.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return argument is null ? null : await argument.MakeAsync(call).ConfigureAwait(false);
    }
}

/// <summary>A property of a function's result that is an output.</summary>
/// <param name="Name">The property.</param>
/// <param name="Get">Reads it.</param>
internal sealed record OutputProperty(string Name, Func<object, object?> Get);
