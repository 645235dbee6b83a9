using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger;

/// <summary>How a claimed attempt ended.</summary>
public sealed record AttemptEnd
{
    /// <summary>The task.</summary>
    public required TaskKey Task { get; init; }

    /// <summary>The token of the claim.</summary>
    public required long Token { get; init; }

    /// <summary>Succeeded, failed, timed out or cancelled.</summary>
    public required JobTaskStatus Status { get; init; }

    /// <summary>The exit code, or null where there is none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What kind of failure it was, or null.</summary>
    public FailureKind? Failure { get; init; }

    /// <summary>What happened, unless it succeeded.</summary>
    public string? Error { get; init; }

    /// <summary>What the executor tells, a JSON object; or null.</summary>
    public string? Details { get; init; }

    /// <summary>What it wrote to standard output.</summary>
    public OutputRecord Stdout { get; init; } = OutputRecord.Empty;

    /// <summary>What it wrote to standard error.</summary>
    public OutputRecord Stderr { get; init; } = OutputRecord.Empty;

    /// <summary>After what pause the next attempt is due; null when this was the last, and the task has ended.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What it leaves for later steps and for people.</summary>
    public IReadOnlyList<ArtifactRecord> Artifacts { get; init; } = [];

    /// <summary>What it has stored in the blob store, in bytes.</summary>
    public long StoredBytes { get; init; }
}

/// <summary>What became of recording an attempt's end.</summary>
public abstract record EndAttemptOutcome
{
    private EndAttemptOutcome()
    {
    }

    /// <summary>It is recorded, or was before.</summary>
    /// <param name="Task">The task as it stands then.</param>
    public sealed record Recorded(TaskRecord Task) : EndAttemptOutcome;

    /// <summary>The token is old: what stands is another's, and nothing of this attempt counts.</summary>
    /// <param name="Task">The task as it stands, or null when it is gone.</param>
    public sealed record Superseded(TaskRecord? Task) : EndAttemptOutcome;
}
