using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace HttpStarters;

/// <summary>The worker's own HTTP model: <see cref="HttpRequestData"/> in, <see cref="HttpResponseData"/> out.</summary>
public class BuiltInModel
{
    /// <summary>Starts and answers where to look.</summary>
    [Function("BuiltInStart")]
    public async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "builtin/greetings")] HttpRequestData request,
        [DurableClient] DurableTaskClient client)
    {
        string instanceId = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Greeting.Greet), request.Query["name"] ?? "you");
        return await client.CreateCheckStatusResponseAsync(request, instanceId);
    }

    /// <summary>Starts, waits for the end and answers the result.</summary>
    [Function("BuiltInRun")]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "builtin/greetings/{name}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string name)
    {
        string instanceId = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Greeting.Greet), name);
        OrchestrationMetadata end = await client.WaitForInstanceCompletionAsync(
            instanceId, getInputsAndOutputs: true, request.FunctionContext.CancellationToken);

        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteAsJsonAsync(new { instanceId, greeting = end.ReadOutputAs<string>() });
        return response;
    }
}
