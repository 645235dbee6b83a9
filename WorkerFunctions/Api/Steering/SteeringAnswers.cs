using System.Diagnostics;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Views;
using FuncExec.WorkerFunctions.Jobs;
using FuncExec.WorkerFunctions.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace FuncExec.WorkerFunctions.Api.Steering;

/// <summary>Does what somebody wants of a job, and answers.</summary>
public sealed class SteeringAnswers(JobFinder jobs, IOptions<AppOptions> options)
{
    /// <summary>A wish about a job.</summary>
    internal delegate Task<JobControlOutcome> Wish(string? reason, CancellationToken cancellationToken);

    /// <summary>Checks the request, does what is wished and answers 202 with the job.</summary>
    internal async Task<IResult> AnswerAsync(HttpRequest request, string id, bool takesReason, Wish wish, CancellationToken cancellationToken)
    {
        if (new ApiQuery(request).Refusal() is { } refusal)
        {
            return refusal;
        }

        (string? reason, IResult? wrong) = await ReasonBody.ReadAsync(request, takesReason, cancellationToken);
        if (wrong is not null)
        {
            return wrong;
        }

        (JobRecord? job, IResult? missing) = await jobs.FindAsync(id, cancellationToken);
        if (job is null)
        {
            return missing!;
        }

        HttpResponse response = request.HttpContext.Response;
        switch (await wish(reason, cancellationToken))
        {
            case JobControlOutcome.Done done:
                JobAnswers.SetLocation(response, done.Job.Id);
                return JobAnswers.Of(JobView.Of(done.Job), StatusCodes.Status202Accepted);
            case JobControlOutcome.NotFound:
                return await jobs.WhyMissingAsync(id, cancellationToken);
            case JobControlOutcome.WrongState wrongState:
                return Problems.Conflict(wrongState.Reason);
            case JobControlOutcome.TooMany:
                return Problems.TooManyJobs(response, options.Value.MaxConcurrentJobs);
            default:
                throw new UnreachableException();
        }
    }
}
