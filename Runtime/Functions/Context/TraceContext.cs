using System.Collections.Immutable;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The distributed trace that a call belongs to (W3C trace context).</summary>
public abstract class TraceContext
{
    /// <summary>The <c>traceparent</c>, or empty.</summary>
    public abstract string TraceParent { get; }

    /// <summary>The <c>tracestate</c>, or empty.</summary>
    public abstract string TraceState { get; }

    /// <summary>Attributes of the trace.</summary>
    public virtual IReadOnlyDictionary<string, string> Attributes => ImmutableDictionary<string, string>.Empty;

    /// <summary>Baggage of the trace.</summary>
    public virtual IReadOnlyDictionary<string, string> Baggage => ImmutableDictionary<string, string>.Empty;
}
