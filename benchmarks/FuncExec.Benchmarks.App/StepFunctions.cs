using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Benchmarks.App;

/// <summary>Orchestrations of steps that do nothing, for comparing hosts: the same sources run on ours and on the official one.</summary>
public static class StepFunctions
{
    /// <summary>One step after the other; answers how many.</summary>
    [Function(nameof(Sequence))]
    public static async Task<int> Sequence([OrchestrationTrigger] TaskOrchestrationContext context, int count)
    {
        int sum = 0;
        for (int step = 0; step < count; step++)
        {
            sum += await context.CallActivityAsync<int>(nameof(Step), step);
        }

        return sum;
    }

    /// <summary>All steps at once; answers how many.</summary>
    [Function(nameof(FanOut))]
    public static async Task<int> FanOut([OrchestrationTrigger] TaskOrchestrationContext context, int count)
    {
        int[] results = await Task.WhenAll(Enumerable.Range(0, count).Select(step => context.CallActivityAsync<int>(nameof(Step), step)));
        return results.Sum();
    }

    /// <summary>One step.</summary>
    [Function(nameof(Step))]
    public static int Step([ActivityTrigger] int step) => 1;

    /// <summary>Starts either.</summary>
    [Function(nameof(Start))]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "{orchestrator}/{count:int}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string orchestrator,
        int count)
    {
        string instanceId = await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, count);
        return await client.CreateCheckStatusResponseAsync(request, instanceId);
    }
}
