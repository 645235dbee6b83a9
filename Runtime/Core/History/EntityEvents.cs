namespace FuncExec.Runtime.History;

/// <summary>An operation called by an orchestration: by whom, so that the answer finds it.</summary>
/// <param name="InstanceId">The orchestration.</param>
/// <param name="Generation">Its generation: a later one does not wait for the answer.</param>
/// <param name="TaskId">What it waits for; of a lock, what names the section.</param>
public sealed record EntityCaller(string InstanceId, Guid Generation, int TaskId);

/// <summary>The code called an entity.</summary>
public sealed record EntityCalled(int Id, string EntityId, string Operation, string? Input) : DecidedEvent;

/// <summary>The code signaled an entity; <paramref name="At"/> is when the signal is delivered, null for at once.</summary>
public sealed record EntitySignaled(int Id, string EntityId, string Operation, string? Input, DateTime? At) : DecidedEvent;

/// <summary>The code asked for locks; the entities are in the order in which they are locked, each once.</summary>
public sealed record LocksRequested(int Id, IReadOnlyList<string> EntityIds) : DecidedEvent;

/// <summary>The code left the section that <paramref name="Id"/> names, or ended in it.</summary>
public sealed record LocksReleased(int Id, IReadOnlyList<string> EntityIds) : DecidedEvent;

/// <summary>To an orchestration: an operation that it called has ended.</summary>
public sealed record EntityAnswered(int Id, string? Result) : ReceivedEvent;

/// <summary>To an orchestration: an operation that it called has failed.</summary>
public sealed record EntityFailed(int Id, FailureData Failure) : ReceivedEvent;

/// <summary>To an orchestration: all the locks that it asked for are its own.</summary>
public sealed record LocksGranted(int Id) : ReceivedEvent;

/// <summary>To an entity: an operation to run.</summary>
/// <param name="Operation">Its name.</param>
/// <param name="Input">Its input, or null.</param>
/// <param name="Caller">Who waits for its result; null for a signal.</param>
/// <param name="At">When to run it; null for at once.</param>
public sealed record OperationRequested(string Operation, string? Input, EntityCaller? Caller, DateTime? At) : ReceivedEvent
{
    /// <summary>The span that caused it, or null.</summary>
    public TraceLink? Trace { get; init; }
}

/// <summary>To an entity: lock it, and pass the request on to the next.</summary>
/// <param name="EntityIds">All that are to be locked, in order.</param>
/// <param name="Position">Which of them this one is.</param>
/// <param name="Caller">For whom.</param>
public sealed record LockRequested(IReadOnlyList<string> EntityIds, int Position, EntityCaller Caller) : ReceivedEvent;

/// <summary>To an entity: the section is over.</summary>
public sealed record LockReleased(EntityCaller Holder) : ReceivedEvent;
