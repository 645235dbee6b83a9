using System.Diagnostics;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes the function an entity: it is called with the operations that have come in for one of its keys.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
[DebuggerDisplay("{EntityName}")]
public sealed class EntityTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The entity's name. Default: the function's.</summary>
    public string? EntityName { get; set; }
}
