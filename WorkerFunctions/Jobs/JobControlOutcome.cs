using FuncExec.Ledger;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>What became of a wish about a job.</summary>
public abstract record JobControlOutcome
{
    private JobControlOutcome()
    {
    }

    /// <summary>It is done, or will be.</summary>
    /// <param name="Job">The job as it stands, or the new one of a rerun.</param>
    public sealed record Done(JobRecord Job) : JobControlOutcome;

    /// <summary>There is no such job.</summary>
    public sealed record NotFound : JobControlOutcome;

    /// <summary>The job's state does not allow it.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record WrongState(string Reason) : JobControlOutcome;

    /// <summary>As many jobs as may be have not finished.</summary>
    public sealed record TooMany : JobControlOutcome;
}
