using System.Text.Json.Serialization;

namespace FuncExec.Runtime.History;

/// <summary>
/// What happened to an instance (received) or what its code decided. A closed family: the discriminators and member
/// names are stored in histories and never change; unknown members are ignored, an unknown kind fails loudly.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(ExecutionStarted), "ExecutionStarted")]
[JsonDerivedType(typeof(TaskCompleted), "TaskCompleted")]
[JsonDerivedType(typeof(TaskFailed), "TaskFailed")]
[JsonDerivedType(typeof(TimerFired), "TimerFired")]
[JsonDerivedType(typeof(ChildCompleted), "ChildCompleted")]
[JsonDerivedType(typeof(ChildFailed), "ChildFailed")]
[JsonDerivedType(typeof(EventRaised), "EventRaised")]
[JsonDerivedType(typeof(ExecutionSuspended), "ExecutionSuspended")]
[JsonDerivedType(typeof(ExecutionResumed), "ExecutionResumed")]
[JsonDerivedType(typeof(ExecutionTerminated), "ExecutionTerminated")]
[JsonDerivedType(typeof(StartDelayed), "StartDelayed")]
[JsonDerivedType(typeof(TreeTerminated), "TreeTerminated")]
[JsonDerivedType(typeof(ExecutionRewound), "ExecutionRewound")]
[JsonDerivedType(typeof(TaskScheduled), "TaskScheduled")]
[JsonDerivedType(typeof(ChildScheduled), "ChildScheduled")]
[JsonDerivedType(typeof(TimerCreated), "TimerCreated")]
[JsonDerivedType(typeof(TimerCancelled), "TimerCancelled")]
[JsonDerivedType(typeof(EventSent), "EventSent")]
[JsonDerivedType(typeof(ContinuedAsNew), "ContinuedAsNew")]
[JsonDerivedType(typeof(ExecutionCompleted), "ExecutionCompleted")]
[JsonDerivedType(typeof(EntityCalled), "EntityCalled")]
[JsonDerivedType(typeof(EntitySignaled), "EntitySignaled")]
[JsonDerivedType(typeof(LocksRequested), "LocksRequested")]
[JsonDerivedType(typeof(LocksReleased), "LocksReleased")]
[JsonDerivedType(typeof(EntityAnswered), "EntityAnswered")]
[JsonDerivedType(typeof(EntityFailed), "EntityFailed")]
[JsonDerivedType(typeof(LocksGranted), "LocksGranted")]
[JsonDerivedType(typeof(OperationRequested), "OperationRequested")]
[JsonDerivedType(typeof(LockRequested), "LockRequested")]
[JsonDerivedType(typeof(LockReleased), "LockReleased")]
public abstract record HistoryEvent
{
    private protected HistoryEvent() { }
}

/// <summary>An event that comes to an instance from outside its code.</summary>
public abstract record ReceivedEvent : HistoryEvent
{
    private protected ReceivedEvent() { }
}

/// <summary>A decision of an instance's code.</summary>
public abstract record DecidedEvent : HistoryEvent
{
    private protected DecidedEvent() { }
}

/// <summary>Received once, first of all: what the instance is.</summary>
public sealed record ExecutionStarted(
    string Name,
    string? Input,
    string? Version,
    ParentLink? Parent,
    IReadOnlyDictionary<string, string>? Tags) : ReceivedEvent
{
    /// <summary>The span that caused it, or null.</summary>
    public TraceLink? Trace { get; init; }
}

/// <summary>Whose child an instance is: its completion goes there.</summary>
public sealed record ParentLink(string InstanceId, string Name, Guid Generation, int TaskId);

/// <summary>An activity ended with a result.</summary>
public sealed record TaskCompleted(int Id, string? Result) : ReceivedEvent;

/// <summary>An activity failed.</summary>
public sealed record TaskFailed(int Id, FailureData Failure) : ReceivedEvent;

/// <summary>A timer is due.</summary>
public sealed record TimerFired(int Id) : ReceivedEvent;

/// <summary>A child orchestration ended with a result.</summary>
public sealed record ChildCompleted(int Id, string? Result) : ReceivedEvent;

/// <summary>A child orchestration failed, was terminated, or could not be created.</summary>
public sealed record ChildFailed(int Id, FailureData Failure) : ReceivedEvent;

/// <summary>An external event.</summary>
public sealed record EventRaised(string Name, string? Input) : ReceivedEvent;

/// <summary>The instance was suspended.</summary>
public sealed record ExecutionSuspended(string? Reason) : ReceivedEvent;

/// <summary>The instance was resumed.</summary>
public sealed record ExecutionResumed(string? Reason) : ReceivedEvent;

/// <summary>The instance was terminated.</summary>
public sealed record ExecutionTerminated(string? Output) : ReceivedEvent;

/// <summary>The instance was terminated with its children: in the same commit each open one is sent the same.</summary>
/// <param name="Output">The output of all of them.</param>
/// <param name="Parent">To a child: by whom. An instance that is another's child, or nobody's, takes no notice.</param>
public sealed record TreeTerminated(string? Output, ParentLink? Parent) : ReceivedEvent;

/// <summary>Received with the start: the code does not begin before.</summary>
/// <param name="Until">When it begins (UTC): then the timer <see cref="TimerId"/> fires.</param>
public sealed record StartDelayed(DateTime Until) : ReceivedEvent
{
    /// <summary>The id of the timer that ends the delay; those of the code begin at 0.</summary>
    public const int TimerId = Hubs.NewInstance.StartTimer;
}

/// <summary>The instance had ended and was taken back to before its end.</summary>
/// <param name="Reason">Why.</param>
/// <param name="NextId">The next id that is given is at least this one: those of decisions that were taken back are not given again.</param>
public sealed record ExecutionRewound(string? Reason, int NextId) : ReceivedEvent;

/// <summary>The code called an activity.</summary>
public sealed record TaskScheduled(
    int Id, string Name, string? Input, string? Version, IReadOnlyDictionary<string, string>? Tags) : DecidedEvent;

/// <summary>The code called a child orchestration.</summary>
public sealed record ChildScheduled(
    int Id, string Name, string InstanceId, string? Input, string? Version, IReadOnlyDictionary<string, string>? Tags) : DecidedEvent;

/// <summary>The code created a timer.</summary>
public sealed record TimerCreated(int Id, DateTime FireAt) : DecidedEvent;

/// <summary>The code cancelled a timer.</summary>
public sealed record TimerCancelled(int Id, DateTime FireAt) : DecidedEvent;

/// <summary>The code sent an event to another instance.</summary>
public sealed record EventSent(int Id, string InstanceId, string Name, string? Input) : DecidedEvent;

/// <summary>The code ended this generation and asked for the next.</summary>
public sealed record ContinuedAsNew(string? Input, string? Version, bool PreserveEvents) : DecidedEvent;

/// <summary>The instance finished.</summary>
/// <param name="Status">Completed, Failed or Terminated.</param>
/// <param name="Result">The serialized result (or termination output).</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="ByEngine">True when the engine ended it, not its code: such an end is not replayed.</param>
public sealed record ExecutionCompleted(
    Hubs.InstanceStatus Status, string? Result, FailureData? Failure, bool ByEngine) : DecidedEvent;
