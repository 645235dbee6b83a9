using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Api.Views;
using FuncExec.WorkerFunctions.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace FuncExec.WorkerFunctions.Api.Listing;

/// <summary>Shows a job.</summary>
public sealed class GetJobFunction(JobFinder jobs, TaskPlaces places)
{
    /// <summary><c>GET /api/jobs/{id}</c>: the job as it stands; 404 when there is none, 410 when it has been deleted.</summary>
    [Function("GetJob")]
    public async Task<IResult> GetJob(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{id}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (new ApiQuery(request).Refusal() is { } refusal)
        {
            return refusal;
        }

        (JobRecord? job, IResult? missing) = await jobs.FindAsync(id, cancellationToken);
        return job is null ? missing! : JobAnswers.Of(JobView.Of(job) with { WaitingFor = await places.WhyAsync(job, cancellationToken) });
    }
}
