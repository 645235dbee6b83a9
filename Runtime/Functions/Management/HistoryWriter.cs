using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Functions.Management;

/// <summary>
/// Writes a history as the official API shows it: one entry an event, PascalCase; a call that has ended is one entry
/// with its <c>ScheduledTime</c>, one that has not is an entry of its own. What goes to and comes from entities is events.
/// </summary>
internal sealed class HistoryWriter
{
    private readonly Utf8JsonWriter _writer;
    private readonly bool _showInput;
    private readonly bool _showOutput;
    private readonly Dictionary<int, (DecidedEvent Event, DateTime At)> _open = [];
    private readonly HashSet<int> _ended;

    private HistoryWriter(Utf8JsonWriter writer, IReadOnlyList<TurnRecord> turns, bool showInput, bool showOutput)
    {
        _writer = writer;
        _showInput = showInput;
        _showOutput = showOutput;
        _ended = [.. turns.SelectMany(static turn => turn.Received).Select(EndedCall).Where(static id => id is not null).Select(static id => id!.Value)];
    }

    /// <summary>Writes the list of events.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<TurnRecord> turns, bool showInput, bool showOutput)
    {
        HistoryWriter history = new(writer, turns, showInput, showOutput);
        writer.WriteStartArray();
        foreach (TurnRecord turn in turns)
        {
            foreach (ReceivedEvent received in turn.Received)
            {
                history.Write(received, turn.At);
            }

            foreach (DecidedEvent decided in turn.Decided)
            {
                history.Write(decided, turn.At);
            }
        }

        writer.WriteEndArray();
    }

    private static int? EndedCall(ReceivedEvent received) => received switch
    {
        TaskCompleted { Id: var id } => id,
        TaskFailed { Id: var id } => id,
        ChildCompleted { Id: var id } => id,
        ChildFailed { Id: var id } => id,
        _ => null,
    };

    private void Write(ReceivedEvent received, DateTime at)
    {
        switch (received)
        {
            case ExecutionStarted started:
                Begin("ExecutionStarted");
                _writer.WriteString("FunctionName", started.Name);
                WriteInput(started.Input);
                break;
            case TaskCompleted completed:
                BeginEnd("TaskCompleted", completed.Id);
                WriteResult(completed.Result);
                break;
            case TaskFailed failed:
                BeginEnd("TaskFailed", failed.Id);
                WriteFailure(failed.Failure);
                break;
            case ChildCompleted completed:
                BeginEnd("SubOrchestrationInstanceCompleted", completed.Id);
                WriteResult(completed.Result);
                break;
            case ChildFailed failed:
                BeginEnd("SubOrchestrationInstanceFailed", failed.Id);
                WriteFailure(failed.Failure);
                break;
            case TimerFired fired:
                Begin("TimerFired");
                if (_open.TryGetValue(fired.Id, out (DecidedEvent Event, DateTime At) timer) && timer.Event is TimerCreated created)
                {
                    _writer.WriteString("FireAt", created.FireAt);
                }

                break;
            case EventRaised raised:
                Begin("EventRaised");
                _writer.WriteString("Name", raised.Name);
                WriteInput(raised.Input);
                break;
            case ExecutionSuspended suspended:
                Begin("ExecutionSuspended");
                _writer.WriteString("Reason", suspended.Reason);
                break;
            case ExecutionResumed resumed:
                Begin("ExecutionResumed");
                _writer.WriteString("Reason", resumed.Reason);
                break;
            case ExecutionTerminated terminated:
                Begin("ExecutionTerminated");
                WriteInput(terminated.Output);
                break;
            case TreeTerminated terminated:
                Begin("ExecutionTerminated");
                WriteInput(terminated.Output);
                break;
            case EntityAnswered answered:
                Begin("EventRaised");
                WriteName(answered.Id);
                WriteInput(answered.Result);
                break;
            case EntityFailed failed:
                Begin("EventRaised");
                WriteName(failed.Id);
                WriteFailure(failed.Failure);
                break;
            case LocksGranted granted:
                Begin("EventRaised");
                WriteName(granted.Id);
                break;
            case ExecutionRewound rewound:
                Begin("ExecutionRewound");
                _writer.WriteString("Reason", rewound.Reason);
                break;
            case StartDelayed:
                return; // The official history shows the start when its time has come.
            default:
                throw new UnreachableException(received.GetType().Name);
        }

        End(at);
    }

    private void Write(DecidedEvent decided, DateTime at)
    {
        switch (decided)
        {
            case TaskScheduled scheduled:
                _open[scheduled.Id] = (scheduled, at);
                if (_ended.Contains(scheduled.Id))
                {
                    return;
                }

                Begin("TaskScheduled");
                _writer.WriteString("Name", scheduled.Name);
                WriteInput(scheduled.Input);
                break;
            case ChildScheduled scheduled:
                _open[scheduled.Id] = (scheduled, at);
                if (_ended.Contains(scheduled.Id))
                {
                    return;
                }

                Begin("SubOrchestrationInstanceCreated");
                _writer.WriteString("InstanceId", scheduled.InstanceId);
                _writer.WriteString("Name", scheduled.Name);
                WriteInput(scheduled.Input);
                break;
            case TimerCreated created:
                _open[created.Id] = (created, at);
                Begin("TimerCreated");
                _writer.WriteString("FireAt", created.FireAt);
                break;
            case TimerCancelled:
                return; // The official history does not know it.
            case EventSent sent:
                BeginSent(sent.InstanceId, sent.Name);
                WriteInput(sent.Input);
                break;
            case EntityCalled call:
                BeginSent(call.EntityId, call.Operation);
                WriteInput(call.Input);
                break;
            case EntitySignaled signal:
                BeginSent(signal.EntityId, signal.Operation);
                WriteInput(signal.Input);
                break;
            case LocksRequested locks:
                BeginSent(locks.EntityIds[0], "lock");
                break;
            case LocksReleased locks:
                BeginSent(locks.EntityIds[0], "release");
                break;
            case ContinuedAsNew next:
                Begin("ExecutionCompleted");
                _writer.WriteString("OrchestrationStatus", "ContinuedAsNew");
                WriteResult(next.Input);
                break;
            case ExecutionCompleted completed:
                Begin("ExecutionCompleted");
                _writer.WriteString("OrchestrationStatus", completed.Status.ToString());
                WriteEnd(completed);
                break;
            default:
                throw new UnreachableException(decided.GetType().Name);
        }

        End(at);
    }

    private void Begin(string type)
    {
        _writer.WriteStartObject();
        _writer.WriteString("EventType", type);
    }

    private void BeginSent(string instanceId, string name)
    {
        Begin("EventSent");
        _writer.WriteString("InstanceId", instanceId);
        _writer.WriteString("Name", name);
    }

    /// <summary>An entity's answer has the number of what asked for it in place of a name.</summary>
    private void WriteName(int id) => _writer.WriteString("Name", id.ToString(CultureInfo.InvariantCulture));

    private void BeginEnd(string type, int id)
    {
        Begin(type);
        if (!_open.TryGetValue(id, out (DecidedEvent Event, DateTime At) call))
        {
            return;
        }

        (string name, string? input) = call.Event switch
        {
            TaskScheduled scheduled => (scheduled.Name, scheduled.Input),
            ChildScheduled scheduled => (scheduled.Name, scheduled.Input),
            _ => throw new UnreachableException(call.Event.GetType().Name),
        };
        _writer.WriteString("ScheduledTime", call.At);
        _writer.WriteString("FunctionName", name);
        if (call.Event is ChildScheduled { InstanceId: var childId })
        {
            _writer.WriteString("InstanceId", childId);
        }

        WriteInput(input);
    }

    private void WriteInput(string? input)
    {
        if (_showInput)
        {
            _writer.WriteString("Input", input);
        }
    }

    private void WriteResult(string? result)
    {
        if (_showOutput)
        {
            JsonText.WriteStored(_writer, "Result", result);
        }
    }

    private void WriteEnd(ExecutionCompleted completed)
    {
        if (_showOutput && completed.Failure is { } failure)
        {
            _writer.WriteString("Result", failure.Message);
        }
        else
        {
            WriteResult(completed.Result);
        }

        WriteDetails(completed.Failure);
    }

    private void WriteFailure(FailureData failure)
    {
        _writer.WriteString("Reason", failure.Message);
        _writer.WriteString("Details", failure.Stack);
        WriteDetails(failure);
    }

    private void WriteDetails(FailureData? failure, string name = "FailureDetails")
    {
        if (failure is null)
        {
            _writer.WriteNull(name);
            return;
        }

        _writer.WriteStartObject(name);
        _writer.WriteString("ErrorType", failure.Type);
        _writer.WriteString("ErrorMessage", failure.Message);
        _writer.WriteString("StackTrace", failure.Stack);
        WriteDetails(failure.Inner, "InnerFailure");
        _writer.WriteEndObject();
    }

    private void End(DateTime at)
    {
        _writer.WriteString("Timestamp", at);
        _writer.WriteEndObject();
    }
}
