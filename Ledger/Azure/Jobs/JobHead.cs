using System.Text.Json.Serialization;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Jobs;

/// <summary>The head of a job's partition. Every change of the job writes it.</summary>
internal sealed record JobHead
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required JobState State { get; init; }

    public JobStatus? EndStatus { get; init; }

    public string? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public bool IsSuspended { get; init; }

    public bool IsSuspensionUntold { get; init; }

    public StopKind? StopKind { get; init; }

    public string? StopReason { get; init; }

    public string? RerunOf { get; init; }

    public string? Workspace { get; init; }

    /// <summary>The commit that made it: rows that were written before the head carry it in their keys.</summary>
    public string MadeBy { get; init; } = "";

    /// <summary>How many rows its document takes; 0 when it has none.</summary>
    public int DocumentRows { get; init; }

    public long StoredBytes { get; init; }

    public long LastEvent { get; init; }

    /// <summary>How many steps it has.</summary>
    public int Steps { get; init; }

    /// <summary>How many of its tasks run.</summary>
    public int Running { get; init; }

    /// <summary>The first step that may have tasks which have not begun.</summary>
    public int OpenFrom { get; init; }

    /// <summary>Where taking over from another job goes on.</summary>
    public int CopiedStep { get; init; }

    /// <summary>Where taking over from another job goes on.</summary>
    public int CopiedIndex { get; init; }

    /// <summary>The partition of its idempotency key, or null.</summary>
    public string? RequestKey { get; init; }

    /// <summary>The commit that its rows in lists by status and state were made for.</summary>
    public string ListedBy { get; init; } = "";

    /// <summary>Whether it is on the list of jobs with tasks that have begun.</summary>
    public bool IsListedRunning { get; init; }

    /// <summary>When it was written last: time does not go back in a job, whoever's clock is behind.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>The commit that wrote this.</summary>
    public string Commit { get; init; } = "";

    /// <summary>Grows with each commit; a page of steps says in which one it was written.</summary>
    public long Version { get; init; }

    /// <summary>Since when it is gone; null while anything of it is there.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>Whether it is gone, or never was there and its id was fenced: no job may come to it any more.</summary>
    [JsonIgnore]
    internal bool IsRemoved => RemovedAt is not null;

    /// <summary>Whether callers see it.</summary>
    [JsonIgnore]
    internal bool IsSeen => !IsRemoved && State is not JobState.Deleting;

    /// <summary>Whether the first steps are not all.</summary>
    [JsonIgnore]
    internal bool HasFurtherSteps => Steps > JobWork.StepsInRow;

    /// <summary>Whether it has not ended.</summary>
    [JsonIgnore]
    internal bool IsUnfinished => !IsRemoved && State < JobState.Finished;

    [JsonIgnore]
    internal JobStop? Stop => StopKind is { } kind ? new JobStop(kind, StopReason) : null;

    [JsonIgnore]
    internal JobStatus Status => ToRecord([]).Status;

    /// <summary>Of an id under which no job may come any more.</summary>
    internal static JobHead Gone(string id, DateTimeOffset at) =>
        new() { Id = id, State = JobState.Deleting, CreatedAt = at, RemovedAt = at, ChangedAt = at };

    internal JobRecord ToRecord(IReadOnlyList<StepRecord> steps) => new()
    {
        Id = Id,
        Name = Name,
        State = State,
        EndStatus = EndStatus,
        Error = Error,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        IsSuspended = IsSuspended,
        IsSuspensionUntold = IsSuspensionUntold,
        Stop = Stop,
        RerunOf = RerunOf,
        Workspace = Workspace,
        StoredBytes = StoredBytes,
        LastEvent = LastEvent,
        Steps = steps,
    };
}

/// <summary>The head's row: the head and the first steps.</summary>
internal sealed record HeadData(JobHead Head, IReadOnlyList<StepData> Steps);

/// <summary>A row of further steps.</summary>
internal sealed record StepsData(long Version, IReadOnlyList<StepData> Steps);
