namespace Microsoft.Azure.Functions.Worker;

/// <summary>One call of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>Identifies the call.</summary>
    public abstract string InvocationId { get; }

    /// <summary>Identifies the function; stays the same while the process lives.</summary>
    public abstract string FunctionId { get; }

    /// <summary>The distributed trace that the call belongs to.</summary>
    public abstract TraceContext TraceContext { get; }

    /// <summary>What the trigger says beside its value.</summary>
    public abstract BindingContext BindingContext { get; }

    /// <summary>Which try this is, or null when the function has no retry policy.</summary>
    public abstract RetryContext RetryContext { get; }

    /// <summary>The services of this call; scoped ones live as long as it.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>The function.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>What middleware and the function hand to each other.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>Features of this call.</summary>
    public abstract IInvocationFeatures Features { get; }

    /// <summary>Cancelled when the call is to end: the caller has gone, the process stops, a limit has passed.</summary>
    public virtual CancellationToken CancellationToken { get; } = CancellationToken.None;
}
