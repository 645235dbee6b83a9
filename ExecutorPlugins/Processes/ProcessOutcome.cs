namespace FuncExec.ExecutorPlugins.Processes;

/// <summary>How a process ended.</summary>
public abstract record ProcessOutcome
{
    private ProcessOutcome()
    {
    }

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
