using FuncExec.WorkerFunctions.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Api.Steering;

/// <summary>Holds a job.</summary>
public sealed class SuspendJobFunction(SteeringAnswers answers, JobControl control)
{
    /// <summary><c>POST /api/jobs/{id}/suspend</c>: 202. What runs goes on to its end, nothing starts.</summary>
    [Function("SuspendJob")]
    public Task<IResult> SuspendJob(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/jobs/{id}/suspend")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        return answers.AnswerAsync(request, id, takesReason: false, (_, token) => control.SuspendAsync(client, id, token), cancellationToken);
    }
}
