using System.Text.Json;

namespace FuncExec.ExecutorPlugins;

/// <summary>How an attempt ended.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome()
    {
    }

    /// <summary>The exit code of work that could not be started.</summary>
    public const int NotStartedExitCode = -1;

    /// <summary>What the longest <see cref="Details"/> may be, in bytes of UTF-8.</summary>
    public const int DetailsLimit = 64 * 1024;

    /// <summary>
    /// What the executor tells of the attempt in its own terms: an object such as <c>{"cpu":"00:00:01.5"}</c>, shown with
    /// the task; null for nothing. At most <see cref="DetailsLimit"/> bytes, and no secrets.
    /// </summary>
    public JsonElement? Details { get; init; }

    /// <summary>The work was done.</summary>
    /// <param name="ExitCode">What it ended with.</param>
    public sealed record Succeeded(int ExitCode) : TaskOutcome;

    /// <summary>The work failed or could not be started.</summary>
    /// <param name="Kind">What kind of failure it is: exit, signal or not found.</param>
    /// <param name="ExitCode">
    /// What it ended with; 128 and the signal's number when a signal ended it; <see cref="NotStartedExitCode"/> when it
    /// was not started.
    /// </param>
    /// <param name="Message">What happened, for people.</param>
    public sealed record Failed(FailureKind Kind, int ExitCode, string Message) : TaskOutcome;

    /// <summary>It ran longer than it may and was ended.</summary>
    /// <param name="Message">What happened, for people.</param>
    public sealed record TimedOut(string Message) : TaskOutcome;

    /// <summary>It was ended by the caller's token.</summary>
    public sealed record Cancelled : TaskOutcome;
}
