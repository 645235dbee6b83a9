namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>How a process ended. Two are equal when they say the same of the end; what was measured is not compared.</summary>
public abstract record ProcessOutcome
{
    private ProcessOutcome()
    {
    }

    /// <summary>What was measured; null for what was never started.</summary>
    public ProcessUsage? Usage { get; init; }

    /// <inheritdoc/>
    public virtual bool Equals(ProcessOutcome? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>It ended by itself, or by a signal that was not ours.</summary>
    /// <param name="ExitCode">Its exit code; 128 and the signal's number when a signal ended it.</param>
    /// <param name="Signal">The signal that ended it, where the platform tells.</param>
    public sealed record Exited(int ExitCode, int? Signal = null) : ProcessOutcome;

    /// <summary>It was never started.</summary>
    /// <param name="Reason">Why, for code.</param>
    /// <param name="Message">Why, for people.</param>
    public sealed record NotStarted(StartFailure Reason, string Message) : ProcessOutcome;

    /// <summary>It ran longer than it may and was ended.</summary>
    public sealed record TimedOut : ProcessOutcome;

    /// <summary>The caller's token ended it.</summary>
    public sealed record Cancelled : ProcessOutcome;
}
