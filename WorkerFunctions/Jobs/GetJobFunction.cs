using FuncExec.Orchestrator;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Jobs;

/// <summary>Shows jobs.</summary>
public sealed class GetJobFunction
{
    /// <summary><c>GET /api/jobs/{id}</c>: the job's status, and its tasks when it has ended; 404 when there is none.</summary>
    [Function("GetJob")]
    public async Task<IResult> GetJob(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/jobs/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        OrchestrationMetadata? metadata = await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken);
        return metadata is null || metadata.Name != FunctionNames.RunJob
            ? JobAnswers.NotFound(id)
            : Results.Json(JobView.Of(metadata), JobJson.Default.JobView);
    }
}
