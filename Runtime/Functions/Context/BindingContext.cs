namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a trigger says beside its value.</summary>
public abstract class BindingContext
{
    /// <summary>
    /// For HTTP: route and query values by name, and <c>Query</c> and <c>Headers</c> as JSON. For activities and
    /// orchestrations: <c>instanceId</c>. Names are case-insensitive.
    /// </summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
