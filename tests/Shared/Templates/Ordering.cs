using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Templates;

/// <summary>Orders something of another service, which answers 202 until it is there.</summary>
public static class Ordering
{
    [Function(nameof(Order))]
    public static async Task<IResult> Order(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest req, [DurableClient] DurableTaskClient client)
    {
        string id = await client.ScheduleNewOrchestrationInstanceAsync(
            nameof(RunOrder), (string?)req.Query["service"], new StartOrchestrationOptions(req.Query["id"]));
        return Results.Accepted(value: client.CreateHttpManagementPayload(id));
    }

    [Function(nameof(RunOrder))]
    public static async Task<string> RunOrder([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        DurableHttpResponse answer = await context.CallHttpAsync(
            HttpMethod.Post, new Uri(context.GetInput<string>()!), context.InstanceId, asynchronousPatternEnabled: true);
        return $"{(int)answer.StatusCode} {answer.Content}";
    }
}
