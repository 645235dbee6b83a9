namespace Microsoft.Azure.Functions.Worker;

/// <summary>A binding of a function.</summary>
public abstract class BindingMetadata
{
    /// <summary>The parameter or property bound.</summary>
    public abstract string Name { get; }

    /// <summary>What it is bound to, such as <c>httpTrigger</c>, <c>activityTrigger</c> or <c>http</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Whether it goes in or out.</summary>
    public abstract BindingDirection Direction { get; }
}
