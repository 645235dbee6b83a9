namespace Microsoft.Azure.Functions.Worker;

/// <summary>The identity of one call.</summary>
public abstract class FunctionInvocation
{
    /// <summary>Identifies the call.</summary>
    public abstract string Id { get; }

    /// <summary>Identifies the function.</summary>
    public abstract string FunctionId { get; }

    /// <summary>The distributed trace that the call belongs to.</summary>
    public abstract TraceContext TraceContext { get; }
}
