using System.Collections.Concurrent;
using DurableTask.Core.Exceptions;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Engine.Tests.Programs;

namespace FuncExec.Runtime.Engine.Tests.Faults;

/// <summary>
/// Some of everything: activities in sequence and side by side, retries, children that succeed and fail, events from
/// outside and from another instance, timers that fire and that are cancelled, generations, suspend and resume, queries
/// and purges. Its client asks again when the outcome of a call is unknown.
/// </summary>
internal sealed class Workload(Node node)
{
    private static readonly (string Name, object? Input, string Result)[] s_instances =
    [
        ("Calls", 5, "1+2+3 0,1,4,9,16"),
        ("Children", null, "child 1, child failed"),
        ("Events", null, "from outside, from another, in time"),
        ("Timers", null, "fired, cancelled"),
        ("Generations", 0, "3"),
        ("Retries", null, "attempt failed after 2"),
        ("Paused", null, "resumed"),
    ];

    private readonly ConcurrentDictionary<string, int> _runs = new();

    public void Register()
    {
        node.Activity<string, string>("Echo", Recorded<string, string>("Echo", text => text));
        node.Activity<int, int>("Square", Recorded<int, int>("Square", number => number * number));
        node.Activity<string, string>("Fail", Recorded<string, string>("Fail", text => throw new BrokenException($"{text} failed")));
        node.Orchestrator("Calls", async context =>
        {
            string chain = await context.CallActivityAsync<string>("Echo", "1");
            chain = await context.CallActivityAsync<string>("Echo", chain + "+2");
            chain = await context.CallActivityAsync<string>("Echo", chain + "+3");
            int[] squares = await Task.WhenAll(
                Enumerable.Range(0, context.GetInput<int>()).Select(number => context.CallActivityAsync<int>("Square", number)));
            return $"{chain} {string.Join(',', squares)}";
        });
        node.Orchestrator("Child", context => context.CallActivityAsync<string>(context.GetInput<int>() == 1 ? "Echo" : "Fail", "child"));
        node.Orchestrator("Children", async context =>
        {
            Task<string> good = context.CallSubOrchestratorAsync<string>("Child", 1, new SubOrchestrationOptions(instanceId: "good"));
            Task<string> bad = context.CallSubOrchestratorAsync<string>("Child", 2, new SubOrchestrationOptions(instanceId: "bad"));
            try
            {
                return $"{await good} 1, {await bad}";
            }
            catch (TaskFailedException exception)
            {
                return $"{await good} 1, {Outcome.Cause(exception.FailureDetails)}";
            }
        });
        node.Orchestrator("Events", async context => string.Join(", ", await Task.WhenAll(
            context.WaitForExternalEvent<string>("Outside"),
            context.WaitForExternalEvent<string>("Another"),
            context.WaitForExternalEvent<string>("InTime", TimeSpan.FromHours(1)))));
        node.Orchestrator("Timers", async context =>
        {
            context.SendEvent("Events", "Another", "from another");
            using var cancellation = new CancellationTokenSource();
            Task cancelled = context.CreateTimer(TimeSpan.FromHours(1), cancellation.Token);
            await Task.WhenAll(
                context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None),
                context.CreateTimer(TimeSpan.FromMilliseconds(3), CancellationToken.None));
            cancellation.Cancel();
            context.SetCustomStatus(await context.CallActivityAsync<string>("Echo", "timers"));
            return $"fired, {(cancelled.IsCanceled ? "cancelled" : "kept")}";
        });
        node.Orchestrator("Generations", async context =>
        {
            int number = context.GetInput<int>();
            if (number < 3)
            {
                context.ContinueAsNew(number + await context.CallActivityAsync<int>("Square", 1));
            }

            return $"{number}";
        });
        node.Orchestrator("Retries", async context =>
        {
            try
            {
                return await context.CallActivityAsync<string>(
                    "Fail", "attempt", TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromMilliseconds(1))));
            }
            catch (TaskFailedException exception)
            {
                return $"{exception.FailureDetails.ErrorMessage} after 2";
            }
        });
        node.Orchestrator("Paused", context => context.WaitForExternalEvent<string>("Outside"));
    }

    /// <summary>Runs everything and holds every end against what it must be.</summary>
    public async Task RunAsync()
    {
        await StartNodeAsync();
        await Task.WhenAll(s_instances.Select(instance => ScheduleAsync(instance.Name, instance.Input)));
        await Task.WhenAll(
            TellAsync(client => client.RaiseEventAsync("Events", "Outside", "from outside")),
            PauseAsync(),
            TellAsync(client => client.RaiseEventAsync("Events", "InTime", "in time")));

        // What the timers' instance sends is lost when it comes before the receiver: that is its right.
        await EndOfAsync("Timers");
        await TellAsync(client => client.RaiseEventAsync("Events", "Another", "from another"));
        foreach ((string name, _, string result) in s_instances)
        {
            OrchestrationMetadata end = await EndOfAsync(name);
            Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
            Assert.Equal(result, end.ReadOutputAs<string>());
            Assert.Empty(HistoryRules.Broken(await AskAsync(() => node.HistoryAsync(name))));
        }

        Assert.Equal("timers", (await EndOfAsync("Timers")).ReadCustomStatusAs<string>());
        Assert.Equal(["Echo", "Fail", "Square"], _runs.Keys.Order());
        Assert.True(_runs["Square"] >= 8 && _runs["Echo"] >= 5 && _runs["Fail"] >= 3);
        await PurgeAsync();
    }

    private async Task PurgeAsync()
    {
        await NothingIsLeftAsync();
        await AskAsync(() => node.Client.PurgeInstanceAsync("Calls"));
        await AskAsync(() => node.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter()));
        Assert.Null(await AskAsync(() => node.FindAsync("Calls")));
        Assert.Equal(0, (await AskAsync(() => node.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter()))).PurgedInstanceCount);
    }

    /// <summary>No timer, activity or message outlives its instance.</summary>
    private async Task NothingIsLeftAsync()
    {
        long session = node.Session;
        await Wait.UntilAsync(async () =>
            (await node.StoreAsync(hub => hub.ReadHeldActivitiesAsync(session, 0, 10, CancellationToken.None))).Count == 0
            && (await node.StoreAsync(hub => hub.ReadReadyInstancesAsync(new ReadyRequest(session, 0, 10), CancellationToken.None))).InstanceIds.Count == 0);
        Assert.Empty(await node.StoreAsync(hub => hub.ReadTimersAsync(session, default, DateTimeOffset.MaxValue, 10, CancellationToken.None)));
    }

    private async Task StartNodeAsync()
    {
        try
        {
            await node.StartAsync();
        }
        catch (HubUnavailableException)
        {
            await node.StopAsync();
            await node.StartAsync();
        }
    }

    private async Task PauseAsync()
    {
        await TellAsync(client => client.SuspendInstanceAsync("Paused"));
        await TellAsync(client => client.RaiseEventAsync("Paused", "Outside", "resumed"));
        await TellAsync(client => client.ResumeInstanceAsync("Paused"));
    }

    private async Task ScheduleAsync(string name, object? input)
    {
        while (await AskAsync(() => node.Client.GetInstanceAsync(name)) is null)
        {
            try
            {
                await node.ScheduleAsync(name, input, id: name);
            }
            catch (Exception exception) when (exception is HubUnavailableException or OrchestrationAlreadyExistsException)
            {
                // Looked at again: it may be there.
            }
        }
    }

    private Task TellAsync(Func<DurableTaskClient, Task> tell) => AskAsync(async () =>
    {
        try
        {
            await tell(node.Client);
        }
        catch (InvalidOperationException)
        {
            // Told before, it has finished meanwhile.
        }

        return true;
    });

    private Task<OrchestrationMetadata> EndOfAsync(string id) => AskAsync(() => node.EndOfAsync(id));

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (HubUnavailableException)
            {
                // The outcome is unknown: asked again.
            }
        }
    }

    private Func<TIn, TOut> Recorded<TIn, TOut>(string name, Func<TIn, TOut> run) => input =>
    {
        _runs.AddOrUpdate(name, 1, static (_, runs) => runs + 1);
        return run(input);
    };
}
