using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>An orchestration that tells which traces its parts are in.</summary>
public static class TraceApp
{
    [Function(nameof(StartTraced))]
    public static Task<string> StartTraced(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request, [DurableClient] DurableTaskClient client) =>
        client.ScheduleNewOrchestrationInstanceAsync(nameof(Traced), request.Query["to"].ToString(), request.HttpContext.RequestAborted);

    [Function(nameof(Traced))]
    public static async Task<string?[]> Traced([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        string?[] seen = await context.CallActivityAsync<string?[]>(nameof(See));
        DurableHttpResponse answer = await context.CallHttpAsync(HttpMethod.Get, new Uri(context.GetInput<string>()!));
        return [.. seen, answer.Content];
    }

    [Function(nameof(See))]
    public static string?[] See([ActivityTrigger] string? input, FunctionContext context) => [context.TraceContext.TraceParent, Activity.Current?.Id];
}
