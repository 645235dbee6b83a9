using FuncExec.Runtime.Functions.Binding;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>
/// The context of an orchestration: one object for all turns between which the instance stays live, so that middleware
/// and the author's code share their items. An instance that leaves the cache is never told so, so its scope of services
/// is left to the garbage collector.
/// </summary>
internal sealed class OrchestrationInvocation(BoundFunction function, IServiceProvider root, TaskOrchestrationContext orchestration)
    : Call(function, root)
{
    /// <summary>The orchestration.</summary>
    public TaskOrchestrationContext Orchestration { get; } = orchestration;

    /// <summary>The turn that middleware runs around.</summary>
    public Func<Task>? Turn { get; set; }

    public override Task ExecuteAsync() => (Turn ?? throw new InvalidOperationException("No turn is running."))();

    protected override IReadOnlyDictionary<string, object?> ReadBindingData() =>
        new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = Orchestration.InstanceId };
}
