using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>A function that waits for the end of an orchestration.</summary>
public static class EndApp
{
    [Function(nameof(Await))]
    public static async Task<HttpResponseData> Await(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "await/{id}")] HttpRequestData request,
        string id,
        [DurableClient] DurableTaskClient client)
    {
        // Told with an end, a call has all the time it needs; without one it has none.
        using CancellationTokenSource limit = new(request.Query["limit"] is { } limited ? TimeSpan.Parse(limited, CultureInfo.InvariantCulture) : TimeSpan.FromMinutes(1));
        return await client.WaitForCompletionOrCreateCheckStatusResponseAsync(
            request,
            id,
            TimeSpan.FromMilliseconds(10),
            returnInternalServerErrorOnFailure: request.Query["error"] is not null,
            getInputsAndOutputs: request.Query["payloads"] is not null,
            limit.Token);
    }

    [Function(nameof(Ending))]
    public static async Task<string> Ending([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        string how = await context.WaitForExternalEvent<string>("end");
        return how == "fail" ? throw new InvalidOperationException("It failed.") : how;
    }
}
