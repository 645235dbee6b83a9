using System.Diagnostics;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>The events of one commit.</summary>
internal sealed record EventsData(string Commit, IReadOnlyList<EventData> Events);

/// <summary>An event; what a member means follows from the kind.</summary>
internal sealed record EventData
{
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    public required EventKind Kind { get; init; }

    public JobStatus? Job { get; init; }

    public JobTaskStatus? Task { get; init; }

    public int Step { get; init; }

    /// <summary>The task's index, or how many tasks of a step were closed.</summary>
    public int Index { get; init; }

    public int Attempt { get; init; }

    public long Token { get; init; }

    public int? ExitCode { get; init; }

    public DateTimeOffset? NextRetryAt { get; init; }

    public string? Error { get; init; }

    internal static EventData Of(JobEvent content) => content switch
    {
        JobEvent.JobChanged job => new EventData { Number = job.Number, At = job.At, Kind = EventKind.Job, Job = job.Status, Error = job.Error },
        JobEvent.StepClosed step => new EventData
        {
            Number = step.Number,
            At = step.At,
            Kind = EventKind.Step,
            Task = step.Closing.Status,
            Step = step.Step,
            Index = step.Count,
            Error = step.Closing.Error,
        },
        JobEvent.TaskChanged task => new EventData
        {
            Number = task.Number,
            At = task.At,
            Kind = EventKind.Task,
            Task = task.Status,
            Step = task.Step,
            Index = task.Index,
            Attempt = task.Attempt,
            Token = task.Token,
            ExitCode = task.ExitCode,
            NextRetryAt = task.NextRetryAt,
            Error = task.Error,
        },
        _ => throw new UnreachableException(),
    };

    internal JobEvent ToEvent() => Kind switch
    {
        EventKind.Job when Job is { } status => new JobEvent.JobChanged(status, Error) { Number = Number, At = At },
        EventKind.Step when Task is { } status => new JobEvent.StepClosed(Step, Index, new StepClosing(status, Error ?? "")) { Number = Number, At = At },
        EventKind.Task when Task is { } status => new JobEvent.TaskChanged
        {
            Number = Number,
            At = At,
            Step = Step,
            Index = Index,
            Status = status,
            Attempt = Attempt,
            Token = Token,
            ExitCode = ExitCode,
            NextRetryAt = NextRetryAt,
            Error = Error,
        },
        _ => throw new LedgerDamagedException($"Event {Number} of a job is of no kind that this program knows."),
    };
}

/// <summary>What an event is about. Stored by number.</summary>
internal enum EventKind
{
    /// <summary>The job.</summary>
    Job = 1,

    /// <summary>A step.</summary>
    Step = 2,

    /// <summary>A task.</summary>
    Task = 3,
}
