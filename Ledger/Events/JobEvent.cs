using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger;

/// <summary>Something that happened to a job. Stored with a number that has no gap in its job.</summary>
public abstract record JobEvent
{
    private JobEvent()
    {
    }

    /// <summary>Its number in the job, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The job's status changed, or it was asked to end.</summary>
    /// <param name="Status">The status from now on.</param>
    /// <param name="Error">Why it did not succeed or was asked to end, or null.</param>
    public sealed record JobChanged(JobStatus Status, string? Error) : JobEvent;

    /// <summary>All tasks of a step that had not begun were skipped or cancelled.</summary>
    /// <param name="Step">The step's place in the document.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Closing">What became of them.</param>
    public sealed record StepClosed(int Step, int Count, StepClosing Closing) : JobEvent;

    /// <summary>A task's status changed.</summary>
    public sealed record TaskChanged : JobEvent
    {
        /// <summary>The step's place in the document.</summary>
        public required int Step { get; init; }

        /// <summary>The task's place in the step.</summary>
        public required int Index { get; init; }

        /// <summary>The status from now on: running, queued (for the next attempt), or how it ended.</summary>
        public required JobTaskStatus Status { get; init; }

        /// <summary>The attempt that began or ended; 0 when none did.</summary>
        public required int Attempt { get; init; }

        /// <summary>The token of its claim; 0 when there is none.</summary>
        public required long Token { get; init; }

        /// <summary>The exit code, or null.</summary>
        public int? ExitCode { get; init; }

        /// <summary>What happened, or null.</summary>
        public string? Error { get; init; }

        /// <summary>When the next attempt is due, or null.</summary>
        public DateTimeOffset? NextRetryAt { get; init; }
    }
}
