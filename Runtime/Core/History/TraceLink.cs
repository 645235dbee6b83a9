using System.Diagnostics;

namespace FuncExec.Runtime.History;

/// <summary>The span that caused something, as W3C trace context writes it.</summary>
/// <param name="Parent">The <c>traceparent</c>.</param>
/// <param name="State">The <c>tracestate</c>, or null.</param>
public sealed record TraceLink(string Parent, string? State)
{
    private const int SpanIdStart = 36; // After the version and the trace's id.
    private const int SpanIdLength = 16;

    /// <summary>The link to a span; null without one that W3C trace context can name.</summary>
    public static TraceLink? Of(Activity? span) =>
        span is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? new TraceLink(id, string.IsNullOrEmpty(span.TraceStateString) ? null : span.TraceStateString) : null;

    /// <summary>The same trace, with another span of it.</summary>
    public TraceLink With(ActivitySpanId span) => this with
    {
        Parent = string.Concat(Parent.AsSpan(0, SpanIdStart), span.ToHexString(), Parent.AsSpan(SpanIdStart + SpanIdLength)),
    };

    /// <summary>The span, as a parent for others; that of no span when what was stored names none.</summary>
    public ActivityContext ToContext() => ActivityContext.TryParse(Parent, State, isRemote: true, out ActivityContext context) ? context : default;
}
