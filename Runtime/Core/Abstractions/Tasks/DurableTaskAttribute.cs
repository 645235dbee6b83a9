namespace Microsoft.DurableTask;

/// <summary>Marks a class as an orchestrator, activity or entity, by its base type.</summary>
/// <param name="name">Its name; null or empty for that of the class.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class DurableTaskAttribute(string? name = null) : Attribute
{
    /// <summary>Its name; the default value when it is that of the class.</summary>
    public TaskName Name { get; } = name!;

    /// <summary>Its version; null for none.</summary>
    public string? Version { get; set; }
}
