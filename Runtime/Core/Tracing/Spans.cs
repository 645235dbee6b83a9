using System.Diagnostics;
using System.Globalization;
using FuncExec.Runtime.Engine;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Tracing;

/// <summary>The spans of clients, activities and entities, named as the official ones. Those of a turn are <see cref="TurnSpans"/>.</summary>
internal static class Spans
{
    /// <summary>The source that exporters listen to.</summary>
    public const string SourceName = "Microsoft.DurableTask";

    /// <summary>The tags of an activity's row that carry the span which waits for it.</summary>
    private const string ParentTag = "traceparent";
    private const string StateTag = "tracestate";

    private static readonly ActivitySource _source = new(SourceName);

    /// <summary>False while nobody would take a span: then none is made.</summary>
    public static bool AreTaken => _source.HasListeners();

    /// <summary>Begins a span; null when nobody takes it.</summary>
    public static Activity? Begin(string name, ActivityKind kind, ActivityContext parent = default, DateTimeOffset begunAt = default) =>
        _source.StartActivity(name, kind, parent, startTime: begunAt);

    /// <summary>A span's name.</summary>
    public static string NameOf(string what, string name, string? version) =>
        string.IsNullOrEmpty(version) ? $"{what}:{name}" : $"{what}:{name}@({version})";

    /// <summary>A client starts an orchestration.</summary>
    public static Activity? BeginCreation(NewStart creation)
    {
        ExecutionStarted start = creation.Start;
        Activity? span = AreTaken ? Begin(NameOf("create_orchestration", start.Name, start.Version), ActivityKind.Producer) : null;
        return span?.SetTag(SpanTags.Type, SpanTags.Orchestration)
            .SetTag(SpanTags.Name, start.Name)
            .SetTag(SpanTags.InstanceId, creation.InstanceId)
            .SetTag(SpanTags.ExecutionId, creation.Generation.ToString("N"))
            .SetTag(SpanTags.Version, start.Version);
    }

    /// <summary>A client raises an event.</summary>
    public static Activity? BeginEvent(string name, string target)
    {
        Activity? span = AreTaken ? Begin(NameOf("orchestration_event", name, null), ActivityKind.Producer) : null;
        return span?.SetTag(SpanTags.Type, SpanTags.Event).SetTag(SpanTags.Name, name).SetTag(SpanTags.Target, target);
    }

    /// <summary>An entity, or a client when <paramref name="sender"/> is null, signals an entity.</summary>
    public static Activity? BeginSignal(EntityInstanceId target, string operation, DateTime? at, EntityInstanceId? sender)
    {
        Activity? span = AreTaken ? Begin($"entity:{target.Name}:{operation}", ActivityKind.Producer) : null;
        return span is null ? null : Signal(span, target.ToString(), at).SetTag(SpanTags.InstanceId, sender?.ToString());
    }

    /// <summary>An entity starts an orchestration.</summary>
    public static Activity? BeginCreation(EntityInstanceId entity, string instanceId, DateTimeOffset? startAt)
    {
        Activity? span = AreTaken ? Begin(NameOf(entity.Name, "create_orchestration", null), ActivityKind.Producer) : null;
        return span?.SetTag(SpanTags.Type, SpanTags.Entity)
            .SetTag(SpanTags.Target, instanceId)
            .SetTag(SpanTags.InstanceId, entity.ToString())
            .SetTag(SpanTags.ScheduledTime, startAt?.UtcDateTime.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>An entity runs an operation.</summary>
    public static Activity? BeginOperation(EntityInstanceId entity, OperationRequested operation)
    {
        bool isSignal = operation.Caller is null;
        Activity? span = AreTaken
            ? Begin($"entity:{entity.Name}:{operation.Operation}", isSignal ? ActivityKind.Consumer : ActivityKind.Server, operation.Trace?.ToContext() ?? default)
            : null;
        return span?.SetTag(SpanTags.Type, SpanTags.Entity)
            .SetTag(SpanTags.Operation, isSignal ? SpanTags.SignalEntity : SpanTags.CallEntity)
            .SetTag(SpanTags.InstanceId, entity.ToString());
    }

    /// <summary>An operation has ended.</summary>
    public static void EndOperation(Activity? span, FailureData? failure)
    {
        if (failure is not null)
        {
            span?.SetTag(SpanTags.ErrorMessage, failure.Message).SetStatus(ActivityStatusCode.Error, failure.Message);
        }
        else
        {
            span?.SetStatus(ActivityStatusCode.Ok, "Completed");
        }
    }

    /// <summary>
    /// An activity runs. Where it is in a trace that nobody takes here, what it calls is still told of that trace: by a span
    /// that is written nowhere.
    /// </summary>
    public static Activity? BeginActivity(LeasedActivity leased)
    {
        NewActivity activity = leased.Activity;
        if (activity.Tags?.Contains(ParentTag, StringComparison.Ordinal) is not true // Mostly there is nothing to read.
            || HistoryFormat.DecodeTags(activity.Tags) is not { } tags || !tags.TryGetValue(ParentTag, out string? parent))
        {
            return null;
        }

        ActivityContext context = new TraceLink(parent, tags.GetValueOrDefault(StateTag)).ToContext();
        string name = NameOf(SpanTags.Activity, activity.Name, activity.Version);
        return Begin(name, ActivityKind.Server, context)
            ?.SetTag(SpanTags.Type, SpanTags.Activity)
            .SetTag(SpanTags.Name, activity.Name)
            .SetTag(SpanTags.InstanceId, leased.InstanceId)
            .SetTag(SpanTags.TaskId, activity.TaskId)
            .SetTag(SpanTags.Version, activity.Version.Length == 0 ? null : activity.Version)
            ?? Follow(name, context);
    }

    /// <summary>Makes a trace the current one by a span that is written nowhere; null when there is none.</summary>
    public static Activity? Follow(string name, ActivityContext parent)
    {
        if (parent == default)
        {
            return null;
        }

        Activity current = new Activity(name).SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
        current.TraceStateString = parent.TraceState;
        return current.Start();
    }

    /// <summary>An activity's row has its call's tags and, in a trace, the span that waits for it: another node may run it.</summary>
    public static string? TagsOf(TaskScheduled call, TraceLink? trace, Guid generation)
    {
        if (trace is null)
        {
            return HistoryFormat.EncodeTags(call.Tags);
        }

        Dictionary<string, string> tags = new(call.Tags ?? new Dictionary<string, string>())
        {
            [ParentTag] = trace.With(SpanIds.Of(generation, call.Id)).Parent,
        };
        if (trace.State is { } state)
        {
            tags[StateTag] = state;
        }

        return HistoryFormat.EncodeTags(tags);
    }

    /// <summary>
    /// What is stored of the cause of something that a client asks for: its own span where it is taken, else the trace that came
    /// from outside. Ids that this process made up and that nobody takes are not worth storing.
    /// </summary>
    public static TraceLink? CauseOf(Activity? span)
    {
        if (span is not null)
        {
            return TraceLink.Of(span);
        }

        Activity? root = Activity.Current;
        while (root?.Parent is { } parent)
        {
            root = parent;
        }

        return root is { ParentId: not null } ? TraceLink.Of(Activity.Current) : null;
    }

    /// <summary>Marks a span as that of a signal.</summary>
    public static Activity Signal(Activity span, string target, DateTime? at) => span
        .SetTag(SpanTags.Type, SpanTags.Entity)
        .SetTag(SpanTags.Operation, SpanTags.SignalEntity)
        .SetTag(SpanTags.Target, target)
        .SetTag(SpanTags.ScheduledTime, at?.ToString(CultureInfo.InvariantCulture));
}
