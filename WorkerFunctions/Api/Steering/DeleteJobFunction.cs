using System.Diagnostics;
using FuncExec.Ledger;
using FuncExec.WorkerFunctions.Api.Answers;
using FuncExec.WorkerFunctions.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Api.Steering;

/// <summary>Deletes jobs.</summary>
public sealed class DeleteJobFunction(JobFinder jobs, JobDeletion deletion)
{
    /// <summary><c>DELETE /api/jobs/{id}</c>: 204 when a finished job is gone with all that was its; 409 when it has not finished.</summary>
    [Function("DeleteJob")]
    public async Task<IResult> DeleteJob(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/jobs/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        if (new ApiQuery(request).Refusal() is { } refusal)
        {
            return refusal;
        }

        (JobRecord? job, IResult? missing) = await jobs.FindAsync(id, cancellationToken);
        if (job is null)
        {
            return missing!;
        }

        // What has begun is finished, whether the caller waits or not: half a job is nobody's.
        return await deletion.DeleteAsync(client, job, CancellationToken.None) switch
        {
            DeleteJobOutcome.Deleted => Results.NoContent(),
            DeleteJobOutcome.NotFinished => Problems.Conflict("The job has not finished: cancel it first."),
            DeleteJobOutcome.NotFound => await jobs.WhyMissingAsync(id, cancellationToken),
            _ => throw new UnreachableException(),
        };
    }
}
