using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FuncExec.Fidelity.App.Facts;

/// <summary>Retries of activities and children.</summary>
public static class RetryFacts
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    internal static IEnumerable<Fact> All =>
    [
        new("A policy of three attempts, and the third succeeds", asking => asking.RunAsync("Retries", new FailUntilInput(asking.Id, 3))),
        new("A policy of three attempts, and all fail", asking => asking.RunAsync("Retries", new FailUntilInput(asking.Id, 9))),
        new("A policy of three attempts, and all fail: the calls", async asking =>
        {
            await asking.RunAsync("Retries", new FailUntilInput(asking.Id, 9));
            await asking.StartAsync("CountsCalls", asking.Id, asking.Id + "c");
            return await asking.EndAsync(asking.Id + "c");
        }),
        new("HandleFailure that refuses: the attempts", asking => asking.RunAsync("RetriesRefused", new FailUntilInput(asking.Id, 9))),
        new("HandleFailure: what it is told", asking => asking.RunAsync("RetriesTold", new FailUntilInput(asking.Id, 2))),
        new("A handler: the attempts it is told of", asking => asking.RunAsync("RetriesByHandler", new FailUntilInput(asking.Id, 4))),
        new("A child that is retried: the runs and the ids", asking => asking.RunAsync("RetriesChild", asking.Id)),
        new("A child with an id that is retried: whether the id stays", asking => asking.RunAsync("RetriesNamedChild", asking.Id)),
        new("A policy with no attempts", asking => asking.ThrownAsync(static () => Task.FromResult(new RetryPolicy(0, s_interval)))),
        new("A policy without an interval", asking => asking.ThrownAsync(static () => Task.FromResult(new RetryPolicy(3, TimeSpan.Zero)))),
    ];

    [Function("Retries")]
    public static Task<int> RetriesAsync([OrchestrationTrigger] TaskOrchestrationContext context, FailUntilInput input) =>
        context.CallActivityAsync<int>("FailUntil", input, new TaskOptions(new RetryPolicy(3, s_interval)));

    [Function("CountsCalls")]
    public static Task<int> CountsCallsAsync([OrchestrationTrigger] TaskOrchestrationContext context, string name) =>
        context.CallActivityAsync<int>("Calls", name);

    [Function("RetriesRefused")]
    public static async Task<int> RetriesRefusedAsync([OrchestrationTrigger] TaskOrchestrationContext context, FailUntilInput input)
    {
        try
        {
            await context.CallActivityAsync<int>(
                "FailUntil", input, new TaskOptions(new RetryPolicy(5, s_interval) { HandleFailure = static _ => false }));
        }
        catch (TaskFailedException)
        {
            // What counts is how often it was called.
        }

        return await context.CallActivityAsync<int>("Calls", input.Name);
    }

    [Function("RetriesTold")]
    public static async Task<string> RetriesToldAsync([OrchestrationTrigger] TaskOrchestrationContext context, FailUntilInput input)
    {
        string told = "";
        var policy = new RetryPolicy(3, s_interval)
        {
            HandleFailure = details =>
            {
                told = $"{details.ErrorType}: {details.ErrorMessage}";
                return true;
            },
        };
        await context.CallActivityAsync<int>("FailUntil", input, new TaskOptions(policy));
        return told;
    }

    [Function("RetriesByHandler")]
    public static async Task<string> RetriesByHandlerAsync([OrchestrationTrigger] TaskOrchestrationContext context, FailUntilInput input)
    {
        string attempts = "";
        TaskOptions options = TaskOptions.FromRetryHandler(retry =>
        {
            attempts += $"{retry.LastAttemptNumber} {retry.LastFailure.ErrorMessage}; ";
            return true;
        });
        int calls = await context.CallActivityAsync<int>("FailUntil", input, options);
        return attempts + calls;
    }

    [Function("RetriesChild")]
    public static async Task<string> RetriesChildAsync([OrchestrationTrigger] TaskOrchestrationContext context, string name)
    {
        string first = await context.CallSubOrchestratorAsync<string>("FailsOnce", name, new TaskOptions(new RetryPolicy(3, s_interval)));
        return first;
    }

    [Function("RetriesNamedChild")]
    public static Task<string> RetriesNamedChildAsync([OrchestrationTrigger] TaskOrchestrationContext context, string name) =>
        context.CallSubOrchestratorAsync<string>(
            "FailsOnce", name, new TaskOptions(new RetryPolicy(3, s_interval)).WithInstanceId(name + "named"));

    /// <summary>Fails in its first run; answers in its second whether it has the id of the first.</summary>
    [Function("FailsOnce")]
    public static async Task<string> FailsOnceAsync([OrchestrationTrigger] TaskOrchestrationContext context, string name)
    {
        int run = await context.CallActivityAsync<int>("CountsRun", name);
        string before = await context.CallActivityAsync<string>("KeepsId", new KeptId(name, context.InstanceId));
        return run == 1
            ? throw new InvalidOperationException("first run")
            : $"run {run}, {(before == context.InstanceId ? "the same id" : "another id")}";
    }

    [Function("CountsRun")]
    public static int CountsRun([ActivityTrigger] string name) => s_runs.AddOrUpdate(name, 1, static (_, runs) => runs + 1);

    /// <summary>Answers the id that was given first.</summary>
    [Function("KeepsId")]
    public static string KeepsId([ActivityTrigger] KeptId id) => s_ids.GetOrAdd(id.Name, id.Id);

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> s_runs = new();
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> s_ids = new();
}

public sealed record KeptId(string Name, string Id);
