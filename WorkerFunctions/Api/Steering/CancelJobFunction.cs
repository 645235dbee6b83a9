using FuncExec.WorkerFunctions.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Api.Steering;

/// <summary>Cancels a job.</summary>
public sealed class CancelJobFunction(SteeringAnswers answers, JobControl control)
{
    /// <summary><c>POST /api/jobs/{id}/cancel</c>: 202. Asks that a job end; again 202 while it ends, 409 when it has finished. The body may say why: <c>{ "reason": "…" }</c>.</summary>
    [Function("CancelJob")]
    public Task<IResult> CancelJob(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/jobs/{id}/cancel")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        return answers.AnswerAsync(request, id, takesReason: true, (reason, token) => control.CancelAsync(client, id, reason, token), cancellationToken);
    }
}
