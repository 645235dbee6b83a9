using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Submission;

/// <summary>What a request brought.</summary>
internal abstract record Submitted
{
    private Submitted()
    {
    }

    /// <summary>A valid job.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Document">The document as it was sent.</param>
    /// <param name="Workspace">Its workspace, stored under the id that the job is to have; or null.</param>
    public sealed record Valid(Job Job, ReadOnlyMemory<byte> Document, ContentId? Workspace) : Submitted;

    /// <summary>Something else.</summary>
    /// <param name="Answer">Says what is wrong.</param>
    public sealed record Refused(IResult Answer) : Submitted;
}
