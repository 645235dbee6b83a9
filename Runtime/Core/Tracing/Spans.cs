using System.Diagnostics;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Tracing;

/// <summary>
/// The spans of orchestrations and activities, of the source <c>Microsoft.DurableTask</c>, with the official names, kinds and
/// tags. Where nobody listens there are none, and nothing of them is stored.
/// </summary>
/// <remarks>
/// An orchestration's span has an id that follows from its generation: activities and children are linked to it, on any node
/// and after any restart, long before it is written at the end.
/// </remarks>
internal static class Spans
{
    /// <summary>The official source's name, which exporters are told to take.</summary>
    public const string SourceName = "Microsoft.DurableTask";

    private const string Orchestration = "orchestration";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => s_source.HasListeners();

    /// <summary>The start of an orchestration, under the caller's span; dispose it when the start is stored.</summary>
    public static Activity? BeginStart(string name, string? version, string instanceId)
    {
        Activity? span = s_source.StartActivity(Name("create_orchestration", name, version), ActivityKind.Producer);
        return Tag(span, Orchestration, name, version, instanceId);
    }

    /// <summary>An event of a client; dispose it when the event is stored.</summary>
    public static Activity? BeginEvent(string name, string instanceId)
    {
        Activity? span = s_source.StartActivity(Name("orchestration_event", name, null), ActivityKind.Producer);
        span?.SetTag("durabletask.type", "event").SetTag("durabletask.task.name", name).SetTag("durabletask.event.target_instance_id", instanceId);
        return span;
    }

    /// <summary>What a start carries of the span that is current.</summary>
    public static TraceLink? LinkOf(Activity? span) => span?.Id is { } id ? new TraceLink(id, span.TraceStateString) : null;

    /// <summary>What the activities and children of a generation carry: its own span.</summary>
    public static TraceLink? LinkOf(ExecutionStarted start, Guid generation) => TryParse(start.Trace, out ActivityContext parent)
        ? new TraceLink($"00-{parent.TraceId}-{SpanId(generation)}-{(byte)parent.TraceFlags:x2}", parent.TraceState)
        : null;

    /// <summary>The run of an activity; dispose it when it has ended.</summary>
    public static Activity? BeginActivity(TraceLink? orchestration, LeasedActivity activity)
    {
        if (!TryParse(orchestration, out ActivityContext parent))
        {
            return null;
        }

        NewActivity called = activity.Activity;
        Activity? span = s_source.StartActivity(Name("activity", called.Name, null), ActivityKind.Server, parent);
        return Tag(span, "activity", called.Name, null, activity.InstanceId)?.SetTag("durabletask.task.task_id", called.TaskId);
    }

    /// <summary>A generation of an orchestration that has ended.</summary>
    public static void Emit(ExecutionStarted start, string instanceId, Guid generation, DateTimeOffset began, DateTimeOffset ended, ExecutionCompleted? end)
    {
        if (!IsOn || !TryParse(start.Trace, out ActivityContext parent))
        {
            return;
        }

        using Activity? span = s_source.StartActivity(
            Name(Orchestration, start.Name, start.Version), ActivityKind.Server, parent, startTime: began);
        if (span is null)
        {
            return;
        }

        Tag(span, Orchestration, start.Name, start.Version, instanceId);
        span.SetSpanId(SpanId(generation));
        span.SetTag("durabletask.task.status", end is null ? "ContinuedAsNew" : end.Status.ToString());
        if (end?.Status == InstanceStatus.Failed)
        {
            span.SetStatus(ActivityStatusCode.Error, end.Failure?.Message);
        }

        span.SetEndTime(ended.UtcDateTime);
    }

    private static Activity? Tag(Activity? span, string type, string name, string? version, string instanceId)
    {
        span?.SetTag("durabletask.type", type).SetTag("durabletask.task.name", name).SetTag("durabletask.task.instance_id", instanceId);
        return version is { Length: > 0 } ? span?.SetTag("durabletask.task.version", version) : span;
    }

    private static string Name(string what, string name, string? version) =>
        version is { Length: > 0 } ? $"{what}:{name}@({version})" : $"{what}:{name}";

    // Generations are random.
    private static ActivitySpanId SpanId(Guid generation) => ActivitySpanId.CreateFromBytes(generation.ToByteArray().AsSpan(8));

    private static bool TryParse(TraceLink? link, out ActivityContext context)
    {
        context = default;
        return link is not null && ActivityContext.TryParse(link.Parent, link.State, isRemote: true, out context);
    }
}
