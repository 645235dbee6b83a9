using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>In which order code goes on.</summary>
public static class OrderFacts
{
    internal static IEnumerable<Fact> All =>
    [
        new("Two waits, and their events at once in the other order: how their continuations run", asking => AtOnceAsync(asking, "OrderOfContinuations", "b", "a")),
        new("WhenAny of two that have come at once", asking => AtOnceAsync(asking, "FirstOfTwo", "b", "a")),
        new("Two waits for one name, and two events", asking => AtOnceAsync(asking, "TwoWaitsForOneName", "e", "e")),
        new("A wait that begins between two events that have come at once", asking => AtOnceAsync(asking, "WaitBetween", "a", "b")),
        new("WhenAll's results are in the order of its tasks", asking => AtOnceAsync(asking, "ResultsOfAll", "b", "a")),
        new("An activity that is never awaited", asking => asking.RunAsync("NeverAwaited")),
        new("Awaiting Task.Delay", asking => asking.RunAsync("AwaitsDelay")),
        new("Awaiting Task.Run", asking => asking.RunAsync("AwaitsRun")),
        new("Awaiting Task.Yield", asking => asking.RunAsync("AwaitsYield")),
        new("A completed task of the author's own", asking => asking.RunAsync("AwaitsCompleted")),
    ];

    [Function("OrderOfContinuations")]
    public static async Task<string> OrderOfContinuationsAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        string log = "";
        Task all = Task.WhenAll(WaitAsync("a"), WaitAsync("b"));
        context.SetCustomStatus("waiting");
        await all;
        return log;

        async Task WaitAsync(string name)
        {
            await context.WaitForExternalEvent<string>(name);
            log += name;
        }
    }

    [Function("FirstOfTwo")]
    public static async Task<string> FirstOfTwoAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Task<string> a = context.WaitForExternalEvent<string>("a");
        Task<string> b = context.WaitForExternalEvent<string>("b");
        context.SetCustomStatus("waiting");
        return await Task.WhenAny(a, b) == a ? "a" : "b";
    }

    [Function("TwoWaitsForOneName")]
    public static async Task<string> TwoWaitsForOneNameAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Task<string> first = context.WaitForExternalEvent<string>("e");
        Task<string> second = context.WaitForExternalEvent<string>("e");
        context.SetCustomStatus("waiting");
        return $"{await first} {await second}";
    }

    [Function("WaitBetween")]
    public static async Task<string> WaitBetweenAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Task<string> first = context.WaitForExternalEvent<string>("a");
        context.SetCustomStatus("waiting");
        return $"{await first} {await context.WaitForExternalEvent<string>("b")}";
    }

    [Function("ResultsOfAll")]
    public static async Task<string[]> ResultsOfAllAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Task<string[]> all = Task.WhenAll(context.WaitForExternalEvent<string>("a"), context.WaitForExternalEvent<string>("b"));
        context.SetCustomStatus("waiting");
        return await all;
    }

    [Function("NeverAwaited")]
    public static Task<string> NeverAwaited([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.CallActivityAsync<string>("Throw", "unobserved");
        return Task.FromResult("done");
    }

    [Function("AwaitsDelay")]
    public static async Task<string?> AwaitsDelayAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await Task.Delay(100);
        return await context.CallActivityAsync<string?>("Echo", "after");
    }

    [Function("AwaitsRun")]
    public static async Task<string?> AwaitsRunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await Task.Run(static () => Thread.Sleep(100));
        return await context.CallActivityAsync<string?>("Echo", "after");
    }

    [Function("AwaitsYield")]
    public static async Task<string?> AwaitsYieldAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await Task.Yield();
        return await context.CallActivityAsync<string?>("Echo", "after");
    }

    [Function("ConfiguresAwait")]
    public static async Task<string?> ConfiguresAwaitAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync<string?>("Echo", "before").ConfigureAwait(false);
        return await context.CallActivityAsync<string?>("Echo", "after");
    }

    [Function("AwaitsCompleted")]
    public static async Task<string?> AwaitsCompletedAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await Task.CompletedTask;
        return await context.CallActivityAsync<string?>("Echo", "after");
    }

    private static async Task<string> AtOnceAsync(Inquiry asking, string orchestrator, string first, string second)
    {
        await asking.StartUntilAsync(orchestrator, "waiting");
        await asking.SuspendAsync();
        await asking.Client.RaiseEventAsync(asking.Id, first, "first");
        await asking.Client.RaiseEventAsync(asking.Id, second, "second");
        await asking.ResumeAsync();
        return await asking.EndAsync();
    }
}
