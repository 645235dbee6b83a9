using FuncExec.WorkerFunctions.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Api.Steering;

/// <summary>Lets a job go on.</summary>
public sealed class ResumeJobFunction(SteeringAnswers answers, JobControl control)
{
    /// <summary><c>POST /api/jobs/{id}/resume</c>: 202. A held job goes on; 409 when it is not held.</summary>
    [Function("ResumeJob")]
    public Task<IResult> ResumeJob(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/jobs/{id}/resume")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        return answers.AnswerAsync(request, id, takesReason: false, (_, token) => control.ResumeAsync(client, id, token), cancellationToken);
    }
}
