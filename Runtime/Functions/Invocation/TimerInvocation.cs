using System.Text.Json;
using FuncExec.Runtime.Functions.Binding;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.Runtime.Functions.Invocation;

/// <summary>One call of a timer function.</summary>
internal sealed class TimerInvocation(
    BoundFunction function, IServiceProvider root, TimerInfo info, CancellationToken cancellationToken)
    : Call(function, root)
{
    /// <summary>What the function is told.</summary>
    public TimerInfo Info { get; } = info;

    public override CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>The same as JSON, in the official names.</summary>
    public string Json() => JsonSerializer.Serialize(Info);

    protected override IReadOnlyDictionary<string, object?> ReadBindingData() =>
        new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { [Function.TriggerName] = Json() };
}
