using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger;

/// <summary>How far a job is in its life. Stored by number; it only goes forward.</summary>
public enum JobState
{
    /// <summary>Not complete yet: what it takes over from another job is being copied. It cannot be started.</summary>
    Preparing = 1,

    /// <summary>Stored, its orchestration not known to run yet.</summary>
    Accepted = 2,

    /// <summary>Its orchestration runs.</summary>
    Started = 3,

    /// <summary>It has ended.</summary>
    Finished = 4,

    /// <summary>It is being deleted; nobody sees it any more.</summary>
    Deleting = 5,
}

/// <summary>A job as it stands.</summary>
public sealed record JobRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, if it has one.</summary>
    public string? Name { get; init; }

    /// <summary>How far it is.</summary>
    public required JobState State { get; init; }

    /// <summary>How it ended; null before.</summary>
    public JobStatus? EndStatus { get; init; }

    /// <summary>Why it did not succeed; null if it did, and before the end.</summary>
    public string? Error { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its orchestration began, or null.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Whether it is held.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Whether its orchestrations may not know yet that it is held, or is held no more.</summary>
    public bool IsSuspensionUntold { get; init; }

    /// <summary>Why it was asked to end, or null.</summary>
    public JobStop? Stop { get; init; }

    /// <summary>The job that it reruns, or null.</summary>
    public string? RerunOf { get; init; }

    /// <summary>The content id of its workspace, or null.</summary>
    public string? Workspace { get; init; }

    /// <summary>What it has stored in the blob store, in bytes.</summary>
    public long StoredBytes { get; init; }

    /// <summary>The number of its last event; 0 for none.</summary>
    public long LastEvent { get; init; }

    /// <summary>Its steps in the document's order.</summary>
    public required IReadOnlyList<StepRecord> Steps { get; init; }

    /// <summary>Its status: how it ended, else what its flags and times say.</summary>
    public JobStatus Status => EndStatus
        ?? (IsSuspended ? JobStatus.Suspended : State is JobState.Started ? JobStatus.Running : JobStatus.Pending);

    /// <summary>All its tasks together.</summary>
    public TaskCounts Counts => Steps.Aggregate(new TaskCounts(), static (sum, step) => sum + step.Counts);
}

/// <summary>That a job was asked to end.</summary>
/// <param name="Kind">By whom or what.</param>
/// <param name="Reason">What was said, or null.</param>
public sealed record JobStop(StopKind Kind, string? Reason);

/// <summary>A step as it stands.</summary>
/// <param name="Index">Its place in the document, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Counts">Its tasks; those that have not begun are counted by <paramref name="Closing"/>, queued without one.</param>
/// <param name="Closing">What became of the tasks that have not begun, or null while they wait.</param>
public sealed record StepRecord(int Index, string Name, TaskCounts Counts, StepClosing? Closing);

/// <summary>How many tasks stand where.</summary>
public readonly record struct TaskCounts(
    int Total, int Queued, int Running, int Succeeded, int Failed, int Cancelled, int TimedOut, int Skipped)
{
    /// <summary>The sum of both.</summary>
    public static TaskCounts operator +(TaskCounts left, TaskCounts right) => new(
        left.Total + right.Total, left.Queued + right.Queued, left.Running + right.Running, left.Succeeded + right.Succeeded,
        left.Failed + right.Failed, left.Cancelled + right.Cancelled, left.TimedOut + right.TimedOut, left.Skipped + right.Skipped);
}

/// <summary>Which jobs a list has.</summary>
/// <param name="Status">Only those of this status, or null.</param>
/// <param name="Name">Only those of exactly this name, or null.</param>
public sealed record JobFilter(JobStatus? Status = null, string? Name = null);
