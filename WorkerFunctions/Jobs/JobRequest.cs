using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>A valid job that somebody wants done.</summary>
public sealed record JobRequest
{
    /// <summary>Its id, from <see cref="JobIds"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The job.</summary>
    public required Job Job { get; init; }

    /// <summary>Its workspace, stored under its id; or null.</summary>
    public ContentId? Workspace { get; init; }

    /// <summary>By what a repetition of the request is known, or null.</summary>
    public IdempotencyKey? Idempotency { get; init; }
}
