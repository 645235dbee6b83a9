using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>One call of an entity function: a batch of operations.</summary>
internal sealed class EntityInvocation(BoundFunction function, IServiceProvider root, EntityBatch batch) : Call(function, root)
{
    /// <summary>What the function dispatches with.</summary>
    public TaskEntityDispatcher Dispatcher => field ??= new TaskEntityDispatcher(batch, InstanceServices);

    /// <summary>Operations are not interrupted: a stop waits for them as long as it waits for anything.</summary>
    public override CancellationToken CancellationToken => CancellationToken.None;

    protected override IReadOnlyDictionary<string, object?> ReadBindingData() =>
        new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["instanceId"] = batch.Id.ToString(),
            ["entityName"] = batch.Id.Name,
            ["entityKey"] = batch.Id.Key,
        };
}
