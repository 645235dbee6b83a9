using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger;

/// <summary>What a node asks for before it runs an attempt.</summary>
public sealed record TaskClaim
{
    /// <summary>Losses after which a task runs with nothing else starting beside it; one more is its end.</summary>
    public const int LossesBeforeAlone = 3;

    /// <summary>The task.</summary>
    public required TaskKey Task { get; init; }

    /// <summary>The attempt, from 1. It must be the one that is due.</summary>
    public required int Attempt { get; init; }

    /// <summary>The id of the node's life.</summary>
    public required string Node { get; init; }

    /// <summary>Whether another node may run it when one was lost; if not, a loss ends the task as failed.</summary>
    public required bool RerunOnLoss { get; init; }

    /// <summary>
    /// Where a loss ends the attempt, for another node may not run it: after what pause the next attempt is due; null when
    /// this one was the last, and the task has failed. Default: null.
    /// </summary>
    public TimeSpan? RetryAfterLoss { get; init; }
}

/// <summary>What became of a claim.</summary>
public abstract record ClaimOutcome
{
    private ClaimOutcome()
    {
    }

    /// <summary>The attempt is the node's.</summary>
    /// <param name="Token">Larger than that of every earlier claim of the task.</param>
    /// <param name="StartedAt">When the claim was made.</param>
    /// <param name="Alone">Whether nothing else may start on the node meanwhile, for others were lost running it.</param>
    public sealed record Claimed(long Token, DateTimeOffset StartedAt, bool Alone) : ClaimOutcome;

    /// <summary>The task has ended.</summary>
    /// <param name="Task">As it stands.</param>
    public sealed record Ended(TaskRecord Task) : ClaimOutcome;

    /// <summary>That attempt has ended and another is due.</summary>
    /// <param name="Task">As it stands, with the attempt that ended and the time of the next.</param>
    public sealed record AttemptEnded(TaskRecord Task) : ClaimOutcome;

    /// <summary>A living node runs it, perhaps the same.</summary>
    /// <param name="Node">The id of its life.</param>
    /// <param name="Token">Its token.</param>
    public sealed record Held(string Node, long Token) : ClaimOutcome;

    /// <summary>The job is suspended: nothing starts.</summary>
    public sealed record Suspended : ClaimOutcome;

    /// <summary>The job ends: nothing starts.</summary>
    public sealed record Stopping : ClaimOutcome;

    /// <summary>There is no such job or task.</summary>
    public sealed record NotFound : ClaimOutcome;

    /// <summary>The node that asks is dead: it has not renewed in time.</summary>
    public sealed record NodeDead : ClaimOutcome;
}
