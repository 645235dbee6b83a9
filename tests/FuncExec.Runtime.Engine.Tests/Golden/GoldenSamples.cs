using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Golden;

/// <summary>One of everything that is stored, as format 1 writes it; the files beside it are what was written when it was settled.</summary>
internal static class GoldenSamples
{
    private static readonly Guid s_generation = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static readonly DateTime s_at = new DateTime(2026, 3, 1, 12, 30, 15, DateTimeKind.Utc).AddTicks(1_234_567);
    private static readonly Dictionary<string, string> s_tags = new() { ["team"] = "blue", ["ü"] = "\"x\"" };

    private static readonly EntityCaller s_caller = new("caller", s_generation, 11);

    private static readonly TraceLink s_trace = new("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "vendor=a,other=b");

    private static readonly FailureData s_failure = new(
        "System.InvalidOperationException", "It is \"broken\" <b>\n", "   at A.B()", new FailureData("System.IO.IOException", "disk", null, null));

    /// <summary>Messages by the name of their file.</summary>
    public static IReadOnlyDictionary<string, ReceivedEvent> Messages { get; } = new Dictionary<string, ReceivedEvent>
    {
        ["message-ExecutionStarted"] = new ExecutionStarted(
            "RunJob", """{"jobId":"a1"}""", "1.2", new ParentLink("parent", "Root", s_generation, 7), s_tags),
        ["message-ExecutionStarted-least"] = new ExecutionStarted("RunJob", null, null, null, null),
        ["message-TaskCompleted"] = new TaskCompleted(3, "\"ü \\\"quoted\\\" \ud83d\ude80\""),
        ["message-TaskCompleted-least"] = new TaskCompleted(0, null),
        ["message-TaskFailed"] = new TaskFailed(4, s_failure),
        ["message-TimerFired"] = new TimerFired(5),
        ["message-ChildCompleted"] = new ChildCompleted(6, "42"),
        ["message-ChildFailed"] = new ChildFailed(7, s_failure),
        ["message-EventRaised"] = new EventRaised("Approved", "true"),
        ["message-ExecutionSuspended"] = new ExecutionSuspended("a pause"),
        ["message-ExecutionResumed"] = new ExecutionResumed("go on"),
        ["message-ExecutionTerminated"] = new ExecutionTerminated("\"enough\""),
    };

    /// <summary>Messages to entities and from them, by the name of their file.</summary>
    public static IReadOnlyDictionary<string, ReceivedEvent> EntityMessages { get; } = new Dictionary<string, ReceivedEvent>
    {
        ["message-EntityAnswered"] = new EntityAnswered(8, "42"),
        ["message-EntityFailed"] = new EntityFailed(9, s_failure),
        ["message-LocksGranted"] = new LocksGranted(10),
        ["message-OperationRequested"] = new OperationRequested("Add", "5", s_caller, null),
        ["message-OperationRequested-signal"] = new OperationRequested("Add", null, null, s_at),
        ["message-LockRequested"] = new LockRequested(["@counter@a", "@counter@b"], 1, s_caller),
        ["message-LockReleased"] = new LockReleased(s_caller),
    };

    /// <summary>Messages of a trace, by the name of their file.</summary>
    public static IReadOnlyDictionary<string, ReceivedEvent> TracedMessages { get; } = new Dictionary<string, ReceivedEvent>
    {
        ["message-ExecutionStarted-traced"] = new ExecutionStarted("RunJob", null, null, null, null) { Trace = s_trace },
        ["message-OperationRequested-traced"] = new OperationRequested("Add", "5", null, null) { Trace = s_trace with { State = null } },
    };

    /// <summary>Messages that steer the engine, by the name of their file.</summary>
    public static IReadOnlyDictionary<string, ReceivedEvent> ControlMessages { get; } = new Dictionary<string, ReceivedEvent>
    {
        ["message-StartDelayed"] = new StartDelayed(s_at.AddDays(1)),
        ["message-TreeTerminated"] = new TreeTerminated("\"enough\"", new ParentLink("parent", "Root", s_generation, 7)),
        ["message-ExecutionRewound"] = new ExecutionRewound("the disk is back", 12),
        ["message-ExecutionRewound-least"] = new ExecutionRewound(null, 0),
        ["message-TreeTerminated-least"] = new TreeTerminated(null, null),
    };

    /// <summary>Entities by the name of their file.</summary>
    public static IReadOnlyDictionary<string, EntitySnapshot> Entities { get; } = new Dictionary<string, EntitySnapshot>
    {
        ["entity-least"] = EntitySnapshot.Empty,
        ["entity"] = new(1, "{\"coins\":5}", s_caller, [new DelayedOperation(2, s_at, new OperationRequested("Add", "5", null, null))], 3, 4),
    };

    /// <summary>Turns by the name of their file.</summary>
    public static IReadOnlyDictionary<string, TurnRecord> Turns { get; } = new Dictionary<string, TurnRecord>
    {
        ["turn-least"] = new(s_at, [], []),
        ["turn-received"] = new(s_at, [.. Messages.Values], []),
        ["turn-decided"] = new(
            s_at,
            [new TimerFired(5)],
            [
                new TaskScheduled(0, "RunTask", "[1,2]", "1.0", s_tags),
                new TaskScheduled(1, "RunTask", null, null, null),
                new ChildScheduled(2, "RunLane", "parent:0", "{}", "1.0", s_tags),
                new TimerCreated(3, s_at.AddDays(400)),
                new TimerCancelled(3, s_at.AddDays(400)),
                new EventSent(4, "other", "Done", "5"),
                new ExecutionCompleted(InstanceStatus.Completed, "\"end\"", null, ByEngine: false),
            ]),
        ["turn-entities"] = new(
            s_at,
            [.. EntityMessages.Values],
            [
                new EntityCalled(5, "@counter@a", "Add", "5"),
                new EntitySignaled(6, "@counter@a", "Add", null, s_at.AddDays(1)),
                new LocksRequested(7, ["@counter@a", "@counter@b"]),
                new LocksReleased(7, ["@counter@a", "@counter@b"]),
            ]),
        ["turn-delayed"] = new(s_at, [new ExecutionStarted("RunJob", null, null, null, null), new StartDelayed(s_at.AddDays(1))], []),
        ["turn-tree-terminated"] = new(
            s_at, [new TreeTerminated("\"enough\"", null)], [new ExecutionCompleted(InstanceStatus.Terminated, "\"enough\"", null, ByEngine: false)]),
        ["turn-rewound"] = new(s_at, [new ExecutionRewound("the disk is back", 12), new TaskCompleted(3, "1")], []),
        ["turn-continued"] = new(s_at, [], [new ContinuedAsNew("{}", "2.0", PreserveEvents: true)]),
        ["turn-dropped"] = new(s_at, [], [new ContinuedAsNew(null, null, PreserveEvents: false)]),
        ["turn-failed"] = new(s_at, [], [new ExecutionCompleted(InstanceStatus.Failed, null, s_failure, ByEngine: true)]),
        ["turn-terminated"] = new(
            s_at, [new ExecutionTerminated(null)], [new ExecutionCompleted(InstanceStatus.Terminated, null, null, ByEngine: false)]),
    };

    /// <summary>A failure, as stored with an instance.</summary>
    public static FailureData Failure => s_failure;

    /// <summary>Tags, as stored with an instance.</summary>
    public static IReadOnlyDictionary<string, string> Tags => s_tags;
}
