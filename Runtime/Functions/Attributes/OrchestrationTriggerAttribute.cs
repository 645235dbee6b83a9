using System.Diagnostics;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Makes the function an orchestrator. The parameter is a <see cref="Microsoft.DurableTask.TaskOrchestrationContext"/>;
/// a further plain parameter receives the input.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
[DebuggerDisplay("{Orchestration}")]
public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The orchestrator's name. Default: the function's.</summary>
    public string? Orchestration { get; set; }
}
