using FuncExec.WorkerFunctions.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Api.Steering;

/// <summary>Runs again what did not succeed.</summary>
public sealed class RerunJobFunction(SteeringAnswers answers, JobReruns reruns)
{
    /// <summary><c>POST /api/jobs/{id}/rerun</c>: 202. A new job runs what did not succeed in a finished one and keeps the rest; the answer is the new job.</summary>
    [Function("RerunJob")]
    public Task<IResult> RerunJob(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/jobs/{id}/rerun")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        return answers.AnswerAsync(request, id, takesReason: false, (_, token) => reruns.RerunAsync(client, id, token), cancellationToken);
    }
}
