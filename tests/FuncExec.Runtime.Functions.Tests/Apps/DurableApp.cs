using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Functions.Tests.Apps;

/// <summary>Orchestrations that the tests start, steer and read.</summary>
public static class DurableApp
{
    public sealed record Order(string Item, int Count);

    [Function(nameof(Chain))]
    public static async Task<string[]> Chain([OrchestrationTrigger] TaskOrchestrationContext context) =>
    [
        await context.CallActivityAsync<string>(nameof(Greet), "Tokyo"),
        await context.CallActivityAsync<string>(nameof(Greet), "London"),
    ];

    [Function(nameof(Greet))]
    public static string Greet([ActivityTrigger] string name) => $"Hello {name}!";

    [Function(nameof(Wait))]
    public static async Task<string> Wait([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus(new { step = "waiting" });
        return await context.WaitForExternalEvent<string>("go");
    }

    [Function(nameof(Echo))]
    public static object? Echo([OrchestrationTrigger] TaskOrchestrationContext context) => context.GetInput<object>();

    [Function(nameof(TakeOrder))]
    public static Task<string> TakeOrder([OrchestrationTrigger] TaskOrchestrationContext context, Order order) =>
        context.CallActivityAsync<string>(nameof(Pack), order);

    [Function(nameof(Pack))]
    public static async Task<string> Pack([ActivityTrigger] Order order, FunctionContext context, string instanceId, CancellationToken cancellationToken)
    {
        await Task.Delay(1, cancellationToken);
        return $"{order.Count} {order.Item} for {instanceId == (string)context.BindingContext.BindingData["instanceId"]!}";
    }

    [Function(nameof(Delegate))]
    public static Task<string> Delegate([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>(nameof(StartAnother), context.InstanceId);

    [Function(nameof(StartAnother))]
    public static async Task<string> StartAnother(
        [ActivityTrigger] string id, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        string other = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Chain), new StartOrchestrationOptions(id + "-other"), cancellationToken);
        OrchestrationMetadata end = await client.WaitForInstanceCompletionAsync(other, true, cancellationToken);
        return $"{end.InstanceId} {end.ReadOutputAs<string[]>()![0]} {cancellationToken.CanBeCanceled}";
    }

    [Function(nameof(Fail))]
    public static async Task Fail([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync(nameof(Break));

    [Function(nameof(Break))]
    public static void Break([ActivityTrigger] string? reason) => throw new InvalidOperationException("broken");

    [Function(nameof(Parent))]
    public static async Task<string> Parent([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        using CancellationTokenSource unneeded = new();
        await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        Task timer = context.CreateTimer(TimeSpan.FromHours(1), unneeded.Token);
        string[] texts = await context.CallSubOrchestratorAsync<string[]>(nameof(Chain));
        await unneeded.CancelAsync();
        await Task.WhenAny(timer);
        return string.Join(' ', texts);
    }

    [Function(nameof(Start))]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "start/{name}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string name) =>
        await client.CreateCheckStatusResponseAsync(request, await client.ScheduleNewOrchestrationInstanceAsync(name));

    [Function(nameof(Payload))]
    public static async Task<IResult> Payload(
        [HttpTrigger(AuthorizationLevel.Function, "get", "post")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        string id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Wait), request.HttpContext.RequestAborted);
        HttpManagementPayload payload = client.CreateHttpManagementPayload(id);
        return Results.Accepted(payload.StatusQueryGetUri, payload);
    }
}
