using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger;

/// <summary>What became of accepting a job.</summary>
public abstract record CreateJobOutcome
{
    private CreateJobOutcome()
    {
    }

    /// <summary>It is there now.</summary>
    /// <param name="Job">As it is stored.</param>
    public sealed record Created(JobRecord Job) : CreateJobOutcome;

    /// <summary>The same request was accepted before.</summary>
    /// <param name="Job">What it made.</param>
    public sealed record Known(JobRecord Job) : CreateJobOutcome;

    /// <summary>The key was used with another body.</summary>
    public sealed record KeyInUse : CreateJobOutcome;

    /// <summary>As many jobs as may be have not finished.</summary>
    public sealed record TooMany : CreateJobOutcome;
}

/// <summary>Why a job is asked to end. Stored by number.</summary>
public enum StopKind
{
    /// <summary>Somebody cancelled it.</summary>
    Cancel = 1,

    /// <summary>Its time is over.</summary>
    Timeout = 2,
}

/// <summary>What became of asking a job to end.</summary>
public enum StopJobOutcome
{
    /// <summary>There is no such job.</summary>
    NotFound = 1,

    /// <summary>It is asked now.</summary>
    Asked,

    /// <summary>It was asked before.</summary>
    AskedBefore,

    /// <summary>It has finished.</summary>
    Finished,
}

/// <summary>What became of holding a job, or of letting it go on.</summary>
public enum SuspendJobOutcome
{
    /// <summary>There is no such job.</summary>
    NotFound = 1,

    /// <summary>It is so now.</summary>
    Changed,

    /// <summary>It was so before.</summary>
    Unchanged,

    /// <summary>It has been asked to end.</summary>
    Stopping,

    /// <summary>It has finished.</summary>
    Finished,
}

/// <summary>What becomes of the tasks of a step that have not begun.</summary>
/// <param name="Status">Skipped or cancelled.</param>
/// <param name="Error">Why, for people.</param>
public sealed record StepClosing(JobTaskStatus Status, string Error);

/// <summary>How a job ends.</summary>
/// <param name="Status">A terminal status.</param>
/// <param name="Error">Why it did not succeed, or null.</param>
public sealed record JobEnd(JobStatus Status, string? Error);

/// <summary>What became of deleting a job.</summary>
public enum DeleteJobOutcome
{
    /// <summary>There is no such job.</summary>
    NotFound = 1,

    /// <summary>It has not finished.</summary>
    NotFinished,

    /// <summary>It is being deleted: call again.</summary>
    More,

    /// <summary>It is gone.</summary>
    Deleted,
}

/// <summary>Which jobs are to be looked after.</summary>
public enum CareKind
{
    /// <summary>Being prepared, created before the time given.</summary>
    Preparing = 1,

    /// <summary>Accepted and not started, created before the time given.</summary>
    Accepted,

    /// <summary>Started and not finished, created before the time given.</summary>
    Unfinished,

    /// <summary>With tasks that run now.</summary>
    Running,

    /// <summary>Finished before the time given.</summary>
    Finished,

    /// <summary>Being deleted.</summary>
    Deleting,
}

/// <summary>How much there is.</summary>
/// <param name="UnfinishedJobs">Jobs that have not finished.</param>
/// <param name="FinishedBytes">What finished jobs have stored, documents, output, workspaces and artifacts.</param>
public sealed record LedgerTotals(long UnfinishedJobs, long FinishedBytes);
