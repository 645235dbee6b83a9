using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>What became of reading a job's stored document.</summary>
internal abstract record DocumentReading
{
    private DocumentReading()
    {
    }

    /// <summary>It was read.</summary>
    public sealed record Found(Job Job) : DocumentReading;

    /// <summary>There is none (any more).</summary>
    public sealed record Missing : DocumentReading;

    /// <summary>It is there and is no document of a job: reading it again does not help.</summary>
    /// <param name="What">What is wrong with it, for the job's error: a sentence without a full stop.</param>
    public sealed record Damaged(string What) : DocumentReading;

    /// <summary>Its row or file could not be read. Another time it may be; what can do without it does.</summary>
    public sealed record Unreadable(LedgerUnavailableException Exception) : DocumentReading;
}
