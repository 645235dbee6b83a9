using FuncExec.Ledger;
using Microsoft.AspNetCore.Http;

namespace FuncExec.WorkerFunctions.Api.Answers;

/// <summary>Finds the job that a request is about.</summary>
public sealed class JobFinder(IJobLedger ledger)
{
    private const int IdLength = 26;

    /// <summary>The job, or what is answered instead: 404 where there was none, 410 where it has been deleted.</summary>
    public async Task<(JobRecord? Job, IResult? Refusal)> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!IsId(id))
        {
            return (null, Problems.NotFound("There is no such job: an id has 26 of the characters a-z 0-9."));
        }

        return await ledger.GetJobAsync(id, cancellationToken) is { } job ? (job, null) : (null, await WhyMissingAsync(id, cancellationToken));
    }

    /// <summary>The answer about a job that is not there.</summary>
    public async Task<IResult> WhyMissingAsync(string id, CancellationToken cancellationToken) =>
        await ledger.IsDeletedAsync(id, cancellationToken)
            ? Problems.Of(StatusCodes.Status410Gone, $"The job '{id}' has been deleted.")
            : Problems.NotFound($"There is no job '{id}'.");

    /// <summary>Whether a text has the form of an id.</summary>
    internal static bool IsId(string text) => text is { Length: IdLength } && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}
