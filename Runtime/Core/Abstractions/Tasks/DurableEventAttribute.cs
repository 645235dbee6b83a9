namespace Microsoft.DurableTask;

/// <summary>Marks a type as the payload of an external event.</summary>
/// <param name="name">The event's name; null or empty for that of the type.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = false, Inherited = false)]
public sealed class DurableEventAttribute(string? name = null) : Attribute
{
    /// <summary>The event's name; the default value when it is that of the type.</summary>
    public TaskName Name { get; } = name!;
}
