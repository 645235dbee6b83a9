using System.Diagnostics;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Fills a <see cref="Microsoft.DurableTask.Client.DurableTaskClient"/> parameter.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
[DebuggerDisplay("TaskHub={TaskHub}, ConnectionName={ConnectionName}")]
public sealed class DurableClientAttribute : InputBindingAttribute
{
    /// <summary>The task hub, <c>%NAME%</c> resolved. Null, or the app's own: another one ends the start.</summary>
    public string? TaskHub { get; set; }

    /// <summary>The name of the hub's connection. The hub's own is used whatever it says.</summary>
    public string? ConnectionName { get; set; }
}
