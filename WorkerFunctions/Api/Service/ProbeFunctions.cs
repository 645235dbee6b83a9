using FuncExec.WorkerFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FuncExec.WorkerFunctions.Api.Service;

/// <summary>What those who run the service ask.</summary>
public sealed class ProbeFunctions(Readiness readiness)
{
    private const string NoInstance = "funcexec-readiness";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary><c>GET /healthz</c>: 200 while the process lives.</summary>
    [Function("Health")]
    public IResult Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "healthz")] HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Results.Json(ReadinessView.Of([]), ApiJson.Relaxed.ReadinessView);
    }

    /// <summary><c>GET /readyz</c>: 200 when jobs can be taken and run, else 503 with the reasons.</summary>
    [Function("Ready")]
    public async Task<IResult> Ready(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "readyz")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(client);
        Task ofHub = client.GetInstanceAsync(NoInstance, cancellationToken).WaitAsync(Patience, cancellationToken);
        IReadOnlyList<string> reasons = await readiness.FindReasonsAsync(cancellationToken);
        try
        {
            await ofHub;
        }
        catch (TimeoutException)
        {
            reasons = [.. reasons, $"The hub does not answer within {Patience.TotalSeconds} s."];
        }
        catch (Exception exception) when (exception is not OperationCanceledException) // Whatever the host's client throws: a probe answers.
        {
            reasons = [.. reasons, $"The hub does not answer: {exception.Message}"];
        }

        return Results.Json(
            ReadinessView.Of(reasons),
            ApiJson.Relaxed.ReadinessView,
            statusCode: reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
