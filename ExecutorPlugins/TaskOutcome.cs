namespace FuncExec.ExecutorPlugins;

/// <summary>How an attempt ended.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome()
    {
    }

    /// <summary>The exit code of work that could not be started.</summary>
    public const int NotStartedExitCode = -1;

    /// <summary>The work was done.</summary>
    /// <param name="ExitCode">What it ended with.</param>
    public sealed record Succeeded(int ExitCode) : TaskOutcome;

    /// <summary>The work failed or could not be started.</summary>
    /// <param name="ExitCode">
    /// What it ended with; 128 and the signal's number when a signal ended it; <see cref="NotStartedExitCode"/> when it
    /// was not started.
    /// </param>
    /// <param name="Message">What happened, for people.</param>
    public sealed record Failed(int ExitCode, string Message) : TaskOutcome;

    /// <summary>It ran longer than it may and was ended.</summary>
    /// <param name="Message">What happened, for people.</param>
    public sealed record TimedOut(string Message) : TaskOutcome;

    /// <summary>It was ended by the caller's token.</summary>
    public sealed record Cancelled : TaskOutcome;
}
