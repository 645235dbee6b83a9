using System.Diagnostics;
using System.Globalization;
using FuncExec.Runtime.Engine;
using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;
using FuncExec.Runtime.Orchestrations;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Tracing;

/// <summary>
/// The spans of an orchestration: what its turn has ended, and in the end its own. They are written once the turn is durable, so
/// each once however often the code is run again, and their ids are those that others were given as their parents before.
/// </summary>
internal sealed class TurnSpans
{
    private readonly OrchestrationExecution _execution;
    private readonly string _instanceId;
    private readonly Guid _generation;
    private readonly ActivityContext _caller;
    private readonly ActivityContext _self;
    private readonly List<(OpenTask Task, ReceivedEvent End)> _ended = [];

    private TurnSpans(LiveState live, ActivityContext caller, IReadOnlyList<ReceivedEvent> received)
    {
        _execution = live.Execution;
        _instanceId = live.Lease.InstanceId;
        _generation = live.Generation;
        _caller = caller;
        _self = new ActivityContext(caller.TraceId, SpanIds.Of(_generation), caller.TraceFlags, caller.TraceState);
        foreach (ReceivedEvent end in received)
        {
            if (IdOf(end) is { } id && _execution.FindOpen(id) is { Decision: not null } task)
            {
                _ended.Add((task, end));
            }
        }
    }

    private ExecutionStarted Start => _execution.Start;

    /// <summary>Those of a turn that is about to run; null when nobody takes them or the instance is in no trace.</summary>
    public static TurnSpans? Of(LiveState live, IReadOnlyList<ReceivedEvent> received)
    {
        if (!Spans.AreTaken || live.Execution.Start.Trace is not { } trace)
        {
            return null;
        }

        ActivityContext caller = trace.ToContext();
        return caller == default ? null : new TurnSpans(live, caller, received);
    }

    /// <summary>
    /// Makes an orchestration's span the current one, for logs and for what middleware does; null when nobody takes spans or it is
    /// in no trace. It is a stand-in: the one that is written comes at the end.
    /// </summary>
    public static Activity? Enter(LiveState live)
    {
        ExecutionStarted start = live.Execution.Start;
        if (!Spans.AreTaken || start.Trace?.ToContext() is not { } caller || caller == default)
        {
            return null;
        }

        Activity current = Spans.Follow(NameOf(start), caller)!;
        SpanIds.Set(current, SpanIds.Of(live.Generation));
        return current;
    }

    /// <summary>Writes them: the turn is durable.</summary>
    public void Write(TurnRecord turn)
    {
        foreach ((OpenTask task, ReceivedEvent end) in _ended)
        {
            WriteEnded(task, end, turn.At);
        }

        foreach (DecidedEvent decided in turn.Decided)
        {
            switch (decided)
            {
                case EventSent sent:
                    WriteEvent(sent, turn.At);
                    break;
                case EntitySignaled signal:
                    WriteSignal(signal, turn.At);
                    break;
                case ContinuedAsNew:
                    WriteSelf("ContinuedAsNew", null, turn.At);
                    break;
                case ExecutionCompleted completed:
                    WriteSelf(completed.Status.ToString(), completed.Failure, turn.At);
                    break;
            }
        }
    }

    private static string NameOf(ExecutionStarted start) => Spans.NameOf(SpanTags.Orchestration, start.Name, start.Version);

    private static int? IdOf(ReceivedEvent end) => end switch
    {
        TaskCompleted completed => completed.Id,
        TaskFailed failed => failed.Id,
        ChildCompleted completed => completed.Id,
        ChildFailed failed => failed.Id,
        TimerFired fired => fired.Id,
        EntityAnswered answered => answered.Id,
        EntityFailed failed => failed.Id,
        _ => null,
    };

    private static FailureData? FailureOf(ReceivedEvent end) => end switch
    {
        TaskFailed failed => failed.Failure,
        ChildFailed failed => failed.Failure,
        EntityFailed failed => failed.Failure,
        _ => null,
    };

    private void WriteEnded(OpenTask task, ReceivedEvent end, DateTime at)
    {
        (string Name, ActivityKind Kind, string Type, int Id)? of = task.Decision switch
        {
            TaskScheduled call => (Spans.NameOf(SpanTags.Activity, call.Name, call.Version), ActivityKind.Client, SpanTags.Activity, call.Id),
            ChildScheduled call => (Spans.NameOf(SpanTags.Orchestration, call.Name, call.Version), ActivityKind.Client, SpanTags.Orchestration, call.Id),
            TimerCreated timer => ($"{SpanTags.Orchestration}:{Start.Name}:{SpanTags.Timer}", ActivityKind.Internal, SpanTags.Timer, timer.Id),
            EntityCalled call => ($"{SpanTags.Entity}:{EntityInstanceId.FromString(call.EntityId).Name}:{call.Operation}", ActivityKind.Client, SpanTags.Entity, call.Id),
            _ => null,
        };
        if (of is not { } span || Spans.Begin(span.Name, span.Kind, _self, task.OpenedAt) is not { } written)
        {
            return;
        }

        SpanIds.Set(written, SpanIds.Of(_generation, span.Id));
        written.SetTag(SpanTags.Type, span.Type);
        switch (task.Decision)
        {
            case TaskScheduled call:
                written.SetTag(SpanTags.Name, call.Name).SetTag(SpanTags.InstanceId, _instanceId).SetTag(SpanTags.TaskId, call.Id).SetTag(SpanTags.Version, call.Version);
                break;
            case ChildScheduled call:
                written.SetTag(SpanTags.Name, call.Name).SetTag(SpanTags.InstanceId, _instanceId).SetTag(SpanTags.Version, call.Version);
                break;
            case TimerCreated timer:
                written.SetTag(SpanTags.Name, Start.Name).SetTag(SpanTags.InstanceId, _instanceId).SetTag(SpanTags.TaskId, timer.Id)
                    .SetTag(SpanTags.FireAt, timer.FireAt.ToString("o", CultureInfo.InvariantCulture));
                break;
            case EntityCalled call:
                written.SetTag(SpanTags.Operation, SpanTags.CallEntity).SetTag(SpanTags.Target, call.EntityId);
                break;
        }

        End(written, FailureOf(end), at);
    }

    private void WriteEvent(EventSent sent, DateTime at)
    {
        if (Spans.Begin(Spans.NameOf("orchestration_event", sent.Name, null), ActivityKind.Producer, _self, at) is { } span)
        {
            span.SetTag(SpanTags.Type, SpanTags.Event).SetTag(SpanTags.Name, sent.Name).SetTag(SpanTags.InstanceId, _instanceId)
                .SetTag(SpanTags.ExecutionId, _generation.ToString("N")).SetTag(SpanTags.Target, sent.InstanceId);
            End(span, null, at);
        }
    }

    private void WriteSignal(EntitySignaled signal, DateTime at)
    {
        string name = $"{SpanTags.Entity}:{EntityInstanceId.FromString(signal.EntityId).Name}:{signal.Operation}";
        if (Spans.Begin(name, ActivityKind.Producer, _self, at) is { } span)
        {
            SpanIds.Set(span, SpanIds.Of(_generation, signal.Id));
            End(Spans.Signal(span, signal.EntityId, signal.At), null, at);
        }
    }

    private void WriteSelf(string status, FailureData? failure, DateTime at)
    {
        if (Spans.Begin(NameOf(Start), ActivityKind.Server, _caller, _execution.BegunAt) is { } span)
        {
            SpanIds.Set(span, _self.SpanId);
            span.SetTag(SpanTags.Type, SpanTags.Orchestration).SetTag(SpanTags.Name, Start.Name).SetTag(SpanTags.InstanceId, _instanceId)
                .SetTag(SpanTags.Version, Start.Version).SetTag(SpanTags.Status, status);
            End(span, failure, at);
        }
    }

    /// <summary>Ends a span of the past at the turn's time, as the histories tell it.</summary>
    private static void End(Activity span, FailureData? failure, DateTime at)
    {
        if (failure is not null)
        {
            span.SetStatus(ActivityStatusCode.Error, failure.Message);
        }

        span.SetEndTime(at > span.StartTimeUtc ? at : span.StartTimeUtc);
        span.Dispose();
    }
}
