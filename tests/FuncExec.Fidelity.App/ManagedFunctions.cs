using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Fidelity.App;

/// <summary>Starters as authors write them, and an orchestration with one of everything in its history.</summary>
public static class ManagedFunctions
{
    [Function("Start")]
    public static async Task<HttpResponseData> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "start/{name}/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string name,
        string id)
    {
        await client.ScheduleNewOrchestrationInstanceAsync(name, "bad", new StartOrchestrationOptions(id));
        return await client.CreateCheckStatusResponseAsync(request, id);
    }

    [Function("StartAndWait")]
    public static async Task<HttpResponseData> StartAndWaitAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "wait/{name}/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string name,
        string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(name == "WaitsFor" ? 2 : 20));
        await client.ScheduleNewOrchestrationInstanceAsync(name, "bad", new StartOrchestrationOptions(id));
        return await client.WaitForCompletionOrCreateCheckStatusResponseAsync(
            request, id, TimeSpan.FromMilliseconds(500), returnInternalServerErrorOnFailure: true, getInputsAndOutputs: true, cancellation: limit.Token);
    }

    [Function("Tours")]
    public static async Task<string?> ToursAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync<string?>("Echo", "called");
        try
        {
            await context.CallActivityAsync<string>("Throw", "bad");
        }
        catch (TaskFailedException)
        {
            // A failure in the history is all that is wanted.
        }

        await context.CallSubOrchestratorAsync<string>("SaysName", "of the child", new TaskOptions().WithInstanceId(context.InstanceId + "child"));
        await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        Task<string> wait = context.WaitForExternalEvent<string>("go");
        context.SetCustomStatus("waiting");
        return await wait;
    }

    /// <summary>One that fails until it is mended: the calls of its activity are counted under its id.</summary>
    [Function("FailsOnceInActivity")]
    public static async Task<string> FailsOnceInActivityAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        int calls = await context.CallActivityAsync<int>("FailUntil", new FailUntilInput(context.InstanceId, 2));
        return $"call {calls}";
    }
}
