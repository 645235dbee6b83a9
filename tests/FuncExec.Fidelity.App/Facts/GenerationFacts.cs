using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>ContinueAsNew.</summary>
public static class GenerationFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("ContinueAsNew: the output is the last generation's", asking => asking.RunAsync("Continues", 1)),
        new("ContinueAsNew in a child: what its parent gets", asking => asking.RunAsync("CallsContinuing")),
        new("ContinueAsNew: the input that is told of the instance", async asking =>
        {
            await asking.RunAsync("Continues", 1);
            return (await asking.GetAsync()).SerializedInput ?? "null";
        }),
        new("ContinueAsNew: code after it", asking => asking.RunAsync("GoesOnAfterContinuing", 1)),
        new("ContinueAsNew: what the orchestrator returns besides", asking => asking.RunAsync("ReturnsWhenContinuing", 1)),
        new("ContinueAsNew: an exception after it", asking => asking.RunAsync("ThrowsAfterContinuing", 1)),
        new("ContinueAsNew: an event that was not consumed", asking => WithEventsAsync(asking, "ContinuesWithEvents", 1)),
        new("ContinueAsNew without keeping events: an event that was not consumed", asking => WithEventsAsync(asking, "ContinuesWithoutEvents", 1)),
        new("ContinueAsNew: the custom status of the generation before", async asking =>
        {
            await asking.RunAsync("ContinuesWithStatus", 1);
            return (await asking.GetAsync()).SerializedCustomStatus ?? "null";
        }),
        new("ContinueAsNew: an activity that was not awaited", asking => asking.RunAsync("ContinuesWithOpenActivity", 1)),
        new("ContinueAsNew: ids made anew", asking => asking.RunAsync("ContinuesWithNewId", "")),
        new("ContinueAsNew: a loop of fifty", asking => asking.RunAsync("Loops", 50)),
    ];

    [Function("Continues")]
    public static Task<string> Continues([OrchestrationTrigger] TaskOrchestrationContext context, int generation)
    {
        if (generation < 3)
        {
            context.ContinueAsNew(generation + 1);
        }

        return Task.FromResult($"generation {generation}");
    }

    [Function("CallsContinuing")]
    public static Task<string> CallsContinuingAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync<string>("Continues", 1);

    [Function("GoesOnAfterContinuing")]
    public static async Task<string> GoesOnAfterContinuingAsync([OrchestrationTrigger] TaskOrchestrationContext context, int generation)
    {
        if (generation == 1)
        {
            context.ContinueAsNew(2);
            await context.CallActivityAsync<string?>("Echo", "after");
            return "went on";
        }

        return $"generation {generation}";
    }

    [Function("ReturnsWhenContinuing")]
    public static Task<string> ReturnsWhenContinuing([OrchestrationTrigger] TaskOrchestrationContext context, int generation)
    {
        if (generation == 1)
        {
            context.ContinueAsNew(2);
            return Task.FromResult("returned besides");
        }

        return Task.FromResult("second");
    }

    [Function("ThrowsAfterContinuing")]
    public static Task<string> ThrowsAfterContinuing([OrchestrationTrigger] TaskOrchestrationContext context, int generation)
    {
        if (generation == 1)
        {
            context.ContinueAsNew(2);
            throw new InvalidOperationException("after");
        }

        return Task.FromResult("second");
    }

    [Function("ContinuesWithEvents")]
    public static Task<string> ContinuesWithEventsAsync([OrchestrationTrigger] TaskOrchestrationContext context, int generation) =>
        ContinuesAsync(context, generation, keep: true);

    [Function("ContinuesWithoutEvents")]
    public static Task<string> ContinuesWithoutEventsAsync([OrchestrationTrigger] TaskOrchestrationContext context, int generation) =>
        ContinuesAsync(context, generation, keep: false);

    [Function("ContinuesWithStatus")]
    public static Task<string> ContinuesWithStatus([OrchestrationTrigger] TaskOrchestrationContext context, int generation)
    {
        if (generation == 1)
        {
            context.SetCustomStatus("first");
            context.ContinueAsNew(2);
        }

        return Task.FromResult("ended");
    }

    [Function("ContinuesWithOpenActivity")]
    public static async Task<string> ContinuesWithOpenActivityAsync([OrchestrationTrigger] TaskOrchestrationContext context, int generation)
    {
        if (generation == 1)
        {
            _ = context.CallActivityAsync<string?>("Echo", "of the first");
            context.ContinueAsNew(2);
            return "first";
        }

        return await context.CallActivityAsync<string>("Echo", "of the second");
    }

    [Function("ContinuesWithNewId")]
    public static Task<string> ContinuesWithNewId([OrchestrationTrigger] TaskOrchestrationContext context, string before)
    {
        string id = context.NewGuid().ToString();
        if (before.Length == 0)
        {
            context.ContinueAsNew(id);
        }

        return Task.FromResult(before == id ? "the same" : "others");
    }

    [Function("Loops")]
    public static async Task<string> LoopsAsync([OrchestrationTrigger] TaskOrchestrationContext context, int left)
    {
        if (left > 0)
        {
            await context.CallActivityAsync<string?>("Echo", "x");
            context.ContinueAsNew(left - 1);
        }

        return "ended";
    }

    private static async Task<string> ContinuesAsync(TaskOrchestrationContext context, int generation, bool keep)
    {
        if (generation == 1)
        {
            context.SetCustomStatus("waiting");
            await context.WaitForExternalEvent<string>("on");
            context.ContinueAsNew(2, keep);
            return "first";
        }

        Task<string> wait = context.WaitForExternalEvent<string>("kept");
        Task timer = context.CreateTimer(TimeSpan.FromSeconds(3), CancellationToken.None);
        return await Task.WhenAny(wait, timer) == timer ? "dropped" : $"kept: {await wait}";
    }

    private static async Task<string> WithEventsAsync(Inquiry asking, string orchestrator, int generation)
    {
        await asking.StartUntilAsync(orchestrator, "waiting", generation);
        await asking.Client.RaiseEventAsync(asking.Id, "kept", "x");
        await asking.Client.RaiseEventAsync(asking.Id, "on", "x");
        return await asking.EndAsync();
    }
}
