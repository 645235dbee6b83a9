using FuncExec.Runtime.History;
using FuncExec.Runtime.Hubs;

namespace FuncExec.Runtime.Engine;

/// <summary>Something that came in for an instance, and where it is stored, so that the turn that consumes it can remove it.</summary>
internal readonly record struct Incoming
{
    private Incoming(ReceivedEvent? received) => Event = received;

    /// <summary>What came; null for <see cref="Wake"/> and <see cref="Failing"/>.</summary>
    public ReceivedEvent? Event { get; }

    /// <summary>True when it was read from the inbox with the instance; otherwise whoever stored it handed it over.</summary>
    public bool IsLoaded { get; private init; }

    /// <summary>True for <see cref="Wake"/>.</summary>
    public bool IsWake { get; private init; }

    /// <summary>For which generation; null for any, or when the hub has checked it.</summary>
    public Guid? Generation { get; private init; }

    /// <summary>Its id in the inbox; 0 when it is not there.</summary>
    public long MessageId { get; private init; }

    /// <summary>The activity whose completion this is, straight from memory.</summary>
    public ActivityLease? Activity { get; private init; }

    /// <summary>The stored timer that is due.</summary>
    public TimerKey? Timer { get; private init; }

    /// <summary>Why the instance must be failed.</summary>
    public FailureData? Failure { get; private init; }

    /// <summary>About how many characters it adds to a turn.</summary>
    public int Weight => 64 + (Event switch
    {
        TaskCompleted completed => completed.Result?.Length ?? 0,
        ChildCompleted completed => completed.Result?.Length ?? 0,
        EventRaised raised => raised.Input?.Length ?? 0,
        EntityAnswered answered => answered.Result?.Length ?? 0,
        OperationRequested operation => operation.Input?.Length ?? 0,
        TaskFailed failed => failed.Failure.Message.Length + (failed.Failure.Stack?.Length ?? 0),
        EntityFailed failed => failed.Failure.Message.Length + (failed.Failure.Stack?.Length ?? 0),
        ChildFailed failed => failed.Failure.Message.Length + (failed.Failure.Stack?.Length ?? 0),
        _ => 0,
    });

    /// <summary>A message read from the inbox with its instance.</summary>
    public static Incoming Loaded(long id, ReceivedEvent message) => new(message) { MessageId = id, IsLoaded = true };

    /// <summary>A message that was just stored.</summary>
    public static Incoming Message(long id, ReceivedEvent message, Guid? generation = null) =>
        new(message) { MessageId = id, Generation = generation };

    /// <summary>An activity's completion that is stored nowhere yet.</summary>
    public static Incoming Completion(ActivityLease activity, Guid generation, ReceivedEvent completion) =>
        new(completion) { Activity = activity, Generation = generation };

    /// <summary>A timer that is due.</summary>
    public static Incoming Due(TimerKey timer) => new(new TimerFired(timer.TimerId)) { Timer = timer };

    /// <summary>Read the instance and its inbox again: something may have been stored that nobody handed over.</summary>
    public static Incoming Wake => new((ReceivedEvent?)null) { IsWake = true };

    /// <summary>The next turn of that generation must fail it.</summary>
    public static Incoming Failing(Guid generation, FailureData failure) =>
        new((ReceivedEvent?)null) { Generation = generation, Failure = failure };
}
