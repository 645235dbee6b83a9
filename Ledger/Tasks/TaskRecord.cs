using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger;

/// <summary>A task as it stands, or one of its attempts.</summary>
public sealed record TaskRecord
{
    /// <summary>Which.</summary>
    public required TaskKey Key { get; init; }

    /// <summary>The name of its step.</summary>
    public required string StepName { get; init; }

    /// <summary>Queued (also between two attempts), running, or how it ended.</summary>
    public required JobTaskStatus Status { get; init; }

    /// <summary>The latest attempt that began; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>The token of the latest claim; 0 for none.</summary>
    public long Token { get; init; }

    /// <summary>
    /// The token of the claim that wrote the output of the latest attempt. It is not <see cref="Token"/> where a claim was
    /// taken from a lost node, or given back before it ran.
    /// </summary>
    public long OutputToken { get; init; }

    /// <summary>How many nodes were lost running it.</summary>
    public int Losses { get; init; }

    /// <summary>When the next attempt is due, or null.</summary>
    public DateTimeOffset? NextRetryAt { get; init; }

    /// <summary>The name of the node that ran it last, or null.</summary>
    public string? Node { get; init; }

    /// <summary>The id of that node's life, or null.</summary>
    public string? NodeId { get; init; }

    /// <summary>When its job was accepted; null for what was taken over from an earlier one.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>When the latest attempt was claimed, or null.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the latest attempt ended, or null.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The exit code of the attempt that ended last, or null.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What kind of failure that was, or null.</summary>
    public FailureKind? Failure { get; init; }

    /// <summary>What happened, unless it succeeded.</summary>
    public string? Error { get; init; }

    /// <summary>What the executor told, a JSON object; or null.</summary>
    public string? Details { get; init; }

    /// <summary>Standard output of the attempt that ended last.</summary>
    public OutputRecord Stdout { get; init; } = OutputRecord.Empty;

    /// <summary>Standard error of the attempt that ended last.</summary>
    public OutputRecord Stderr { get; init; } = OutputRecord.Empty;

    /// <summary>Its id within the job, such as <c>compile/0</c>.</summary>
    public string Id => JobTask.Id(StepName, Key.Index);
}

/// <summary>Which tasks a list has.</summary>
/// <param name="Step">Only those of this step, by its place in the document; or null.</param>
/// <param name="Status">Only those of this status, or null.</param>
public sealed record TaskFilter(int? Step = null, JobTaskStatus? Status = null);
