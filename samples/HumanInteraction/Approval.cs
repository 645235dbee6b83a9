using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace HumanInteraction;

/// <summary>Human interaction: waits for somebody's decision, and goes another way when none comes in time.</summary>
public static class Approval
{
    private const string DecisionEvent = "Decision";

    [Function(nameof(RequestApproval))]
    public static async Task<string> RequestApproval([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Expense expense = context.GetInput<Expense>()!;
        await context.CallActivityAsync(nameof(AskManager), expense);

        using var timeout = new CancellationTokenSource();
        Task timer = context.CreateTimer(context.CurrentUtcDateTime.Add(expense.Patience), timeout.Token);
        Task<bool> decision = context.WaitForExternalEvent<bool>(DecisionEvent);
        if (await Task.WhenAny(decision, timer) == timer)
        {
            return await context.CallActivityAsync<string>(nameof(Escalate), expense);
        }

        timeout.Cancel();
        return await decision ? "approved" : "rejected";
    }

    [Function(nameof(AskManager))]
    public static void AskManager([ActivityTrigger] Expense expense, FunctionContext context) =>
        context.GetLogger(nameof(AskManager)).LogInformation("Somebody asks for {Amount} for {Purpose}.", expense.Amount, expense.Purpose);

    [Function(nameof(Escalate))]
    public static string Escalate([ActivityTrigger] Expense expense) => $"escalated: {expense.Purpose}";

    [Function(nameof(StartApproval))]
    public static async Task<HttpResponseData> StartApproval(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "expenses")] HttpRequestData request,
        [DurableClient] DurableTaskClient client)
    {
        Expense? expense = await request.ReadFromJsonAsync<Expense>();
        string instanceId = await client.ScheduleNewOrchestrationInstanceAsync(nameof(RequestApproval), expense);
        return client.CreateCheckStatusResponse(request, instanceId);
    }

    [Function(nameof(Decide))]
    public static async Task<HttpResponseData> Decide(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "expenses/{instanceId}/{decision:bool}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string instanceId,
        bool decision)
    {
        await client.RaiseEventAsync(instanceId, DecisionEvent, decision);
        return request.CreateResponse(System.Net.HttpStatusCode.NoContent);
    }
}

public record Expense(string Purpose, decimal Amount, TimeSpan Patience);
