using System.Runtime.CompilerServices;
using FuncExec.Runtime.Functions.Binding;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>
/// The context of an orchestration: one object for all turns between which the instance stays live. An instance that
/// leaves the cache is never told so, so its scope of services is left to the garbage collector.
/// </summary>
/// <remarks>
/// The official host calls middleware anew each turn, with no items, and replays the author's code after it. Here too
/// middleware begins each turn without items; those that the author's code put there come back when the code goes on.
/// </remarks>
internal sealed class OrchestrationInvocation(BoundFunction function, IServiceProvider root, TaskOrchestrationContext orchestration)
    : Call(function, root)
{
    private static readonly ConditionalWeakTable<TaskOrchestrationContext, OrchestrationInvocation> _all = [];

    private readonly Dictionary<object, object> _codeItems = [];
    private Func<Task>? _turn;

    /// <summary>The orchestration.</summary>
    public TaskOrchestrationContext Orchestration { get; } = orchestration;

    /// <summary>The one of an orchestration, made when there is none: middleware and the author's code share it.</summary>
    public static OrchestrationInvocation Of(BoundFunction function, IServiceProvider root, TaskOrchestrationContext orchestration) =>
        _all.GetValue(orchestration, key => new OrchestrationInvocation(function, root, key));

    /// <summary>The one of an orchestration, or null when it is none of an app's functions.</summary>
    public static OrchestrationInvocation? Find(TaskOrchestrationContext orchestration) =>
        _all.TryGetValue(orchestration, out OrchestrationInvocation? found) ? found : null;

    /// <summary>Runs a turn inside the app's middleware.</summary>
    public Task RunTurnAsync(Func<Task> turn, FunctionExecutionDelegate pipeline)
    {
        _turn = turn;
        Items = new Dictionary<object, object>();
        return pipeline(this);
    }

    public override Task ExecuteAsync()
    {
        Func<Task> turn = _turn ?? throw new InvalidOperationException("No turn is running.");
        Dictionary<object, object> before = new(Items);
        foreach ((object key, object value) in _codeItems)
        {
            Items.TryAdd(key, value);
        }

        Task ran = turn(); // Ends before it returns: a turn never waits.
        foreach ((object key, object value) in Items)
        {
            if (!before.TryGetValue(key, out object? given) || !ReferenceEquals(given, value))
            {
                _codeItems[key] = value;
            }
        }

        return ran;
    }

    protected override IReadOnlyDictionary<string, object?> ReadBindingData() =>
        new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = Orchestration.InstanceId };
}
