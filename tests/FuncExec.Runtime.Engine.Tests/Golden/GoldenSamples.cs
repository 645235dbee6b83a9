using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Golden;

/// <summary>One of everything that is stored, as format 1 writes it; the files beside it are what was written when it was settled.</summary>
internal static class GoldenSamples
{
    private static readonly Guid s_generation = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static readonly DateTime s_at = new DateTime(2026, 3, 1, 12, 30, 15, DateTimeKind.Utc).AddTicks(1_234_567);
    private static readonly Dictionary<string, string> s_tags = new() { ["team"] = "blue", ["ü"] = "\"x\"" };

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
