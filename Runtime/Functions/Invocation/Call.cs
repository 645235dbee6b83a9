using FuncExec.Runtime.Functions.Binding;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>
/// One call of a function. What is rarely asked for (ids, items, features, services) is made when asked, so that a
/// call without middleware costs one object.
/// </summary>
internal abstract class Call(BoundFunction function, IServiceProvider root) : FunctionContext, IAsyncDisposable
{
    private AsyncServiceScope? _scope;
    private IServiceProvider? _services;
    private string? _id;
    private IDictionary<object, object>? _items;
    private InvocationFeatures? _features;
    private BindingContext? _bindings;
    private TraceContext? _trace;
    private Dictionary<string, object?>? _inputs;

    /// <summary>The function called.</summary>
    public BoundFunction Function { get; } = function;

    /// <summary>What it returned, or what middleware put in its place.</summary>
    public object? Result { get; set; }

    /// <summary>The outputs of a function that has several, by property; null until there are some.</summary>
    public Dictionary<string, object?>? Outputs { get; set; }

    public override string InvocationId => _id ??= Guid.NewGuid().ToString();

    public override string FunctionId => Function.Definition.Id;

    public override FunctionDefinition FunctionDefinition => Function.Definition;

    public override RetryContext RetryContext => null!; // As the official worker does when there is no retry policy.

    public override TraceContext TraceContext => _trace ??= CallTrace.Current();

    public override BindingContext BindingContext => _bindings ??= new CallBindings(ReadBindingData());

    public override IInvocationFeatures Features => _features ??= new InvocationFeatures();

    public override IDictionary<object, object> Items
    {
        get => _items ??= new Dictionary<object, object>();
        set => _items = value;
    }

    public override IServiceProvider InstanceServices
    {
        get => _services ??= OpenServices();
        set => _services = value;
    }

    /// <summary>The inputs that middleware has read or set, by parameter; null until there are some.</summary>
    public Dictionary<string, object?>? Inputs => _inputs;

    /// <summary>Remembers an input for the function.</summary>
    public void SetInput(string parameter, object? value) =>
        (_inputs ??= new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase))[parameter] = value;

    /// <summary>The call behind a context that middleware hands on.</summary>
    public static Call Of(FunctionContext context) => context as Call
        ?? throw new InvalidOperationException("Middleware must hand on the FunctionContext it was given.");

    /// <summary>The end of the pipeline: calls the function.</summary>
    public virtual Task ExecuteAsync() => Function.InvokeAsync(this);

    public virtual ValueTask DisposeAsync() => _scope?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Reads the binding data; names are case-insensitive.</summary>
    protected abstract IReadOnlyDictionary<string, object?> ReadBindingData();

    /// <summary>The services of the call.</summary>
    protected virtual IServiceProvider OpenServices()
    {
        _scope = root.CreateAsyncScope();
        return _scope.Value.ServiceProvider;
    }
}
