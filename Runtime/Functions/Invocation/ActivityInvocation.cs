using FuncExec.Runtime.Functions.Binding;
using FuncExec.Runtime.Hosting;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>One call of an activity.</summary>
internal sealed class ActivityInvocation(
    BoundFunction function, IServiceProvider root, ActivityCall activity, CancellationToken cancellationToken)
    : Call(function, root)
{
    /// <summary>What the engine asks for.</summary>
    public ActivityCall Activity { get; } = activity;

    public override CancellationToken CancellationToken { get; } = cancellationToken;

    protected override IReadOnlyDictionary<string, object?> ReadBindingData() =>
        new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["instanceId"] = Activity.InstanceId,
            [Function.TriggerName] = Activity.Input,
        };
}
