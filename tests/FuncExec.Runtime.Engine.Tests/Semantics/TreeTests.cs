using FuncExec.Runtime.Engine.Tests.HandOver;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Terminating and purging with children and grandchildren.</summary>
public abstract class TreeTests : EngineTests
{
    protected TreeTests(bool live)
        : base(live)
    {
        // Two levels of two children each; the leaves wait for a word, unless they are told to end at once.
        Node.Orchestrator("Tree", async context =>
        {
            (int depth, bool ends) = context.GetInput<Shape>()!;
            if (depth == 0)
            {
                return ends ? "at once" : await context.WaitForExternalEvent<string>("Word");
            }

            string[] texts = await Task.WhenAll(Enumerable.Range(0, 2).Select(n => context.CallSubOrchestratorAsync<string>(
                "Tree", new Shape(depth - 1, ends), new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-{n}"))));
            return string.Join(',', texts);
        });
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        Node.Orchestrator("Leave", async context =>
        {
            Task left = context.CallSubOrchestratorAsync<string>("Wait", new SubOrchestrationOptions(instanceId: "left"));
            await context.CallSubOrchestratorAsync<string>("Tree", new Shape(1, true), new SubOrchestrationOptions(instanceId: "ended"));
            return left.IsCompleted;
        });
        Node.Orchestrator("Call", context => context.CallSubOrchestratorAsync<string>("Wait", new SubOrchestrationOptions(instanceId: "left")));
    }

    private static IEnumerable<string> Ids => ["t", "t-0", "t-1", "t-0-0", "t-0-1", "t-1-0", "t-1-1"];

    [Fact]
    public async Task A_tree_is_terminated_with_all_that_is_open_beneath_it()
    {
        await Node.StartAsync();
        await Node.ScheduleAsync("Tree", new Shape(2, false), id: "t");
        await Node.ReachesAsync("t-1-1", OrchestrationRuntimeStatus.Running);
        await Node.ReachesAsync("t-0-0", OrchestrationRuntimeStatus.Running);
        await Node.Client.RaiseEventAsync("t-0-0", "Word", "ended before");
        await Node.EndOfAsync("t-0-0");

        await Node.Client.TerminateInstanceAsync("t", new TerminateInstanceOptions("enough", Recursive: true));
        foreach (string id in Ids.Except(["t-0-0"]))
        {
            OrchestrationMetadata end = await Node.EndOfAsync(id);
            Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), (end.RuntimeStatus, end.ReadOutputAs<string>()));
        }

        Assert.Equal("ended before", (await Node.FindAsync("t-0-0"))!.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_tree_is_terminated_whole_whatever_dies_meanwhile()
    {
        const int Deaths = 3;
        int commits = 0;
        using var died = new SemaphoreSlim(0);
        Node.Decorate = inner => WatchedHub.Over(inner, async (_, arguments, call) =>
        {
            object? answer = await call();
            if (arguments[0] is TurnCommit { Status: InstanceStatus.Terminated } && Interlocked.Increment(ref commits) <= Deaths)
            {
                Node.Kill();
                died.Release();
                await new TaskCompletionSource().Task; // A dead node learns nothing of its last commit.
            }

            return answer;
        });
        await Node.StartAsync();
        await Node.ScheduleAsync("Tree", new Shape(2, false), id: "t");
        foreach (string id in Ids)
        {
            await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Running);
        }

        await Node.Client.TerminateInstanceAsync("t", new TerminateInstanceOptions("enough", Recursive: true));
        for (int deaths = 0; deaths < Deaths; deaths++)
        {
            Assert.True(await died.WaitAsync(Wait.Limit));
            await Node.CrashAndStartAsync();
        }

        foreach (string id in Ids)
        {
            Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await Node.EndOfAsync(id)).RuntimeStatus);
            Assert.Single((await Node.HistoryAsync(id)).OfType<TreeTerminated>());
        }
    }

    [Fact]
    public async Task Who_has_the_id_that_a_child_was_meant_to_have_is_left_alone()
    {
        await Node.StartAsync();
        await Node.ScheduleAsync("Wait", id: "other");
        await Node.StartOfAsync("other");
        string id = await Node.ScheduleAsync("Call");
        await Node.ReachesAsync("left", OrchestrationRuntimeStatus.Running);
        Guid generation = (await Node.StoreAsync(hub => hub.FindInstanceAsync(id, CancellationToken.None)))!.Generation;

        // A request of a parent that is not its own, as one would be that was on its way while the id changed hands.
        foreach (ParentLink link in new[] { new ParentLink(id, "Call", generation, 0), new ParentLink(id, "Call", Guid.NewGuid(), 0) })
        {
            await SendAsync("other", new TreeTerminated(null, link));
        }

        await SendAsync("left", new TreeTerminated(null, new ParentLink(id, "Call", generation, 1)));
        await Node.Client.RaiseEventAsync("other", "Word", "end");
        await Node.Client.RaiseEventAsync("left", "Word", "end");
        Assert.Equal("end", (await Node.EndOfAsync("other")).ReadOutputAs<string>());
        Assert.Equal("end", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_tree_is_purged_whole()
    {
        await Node.StartAsync();
        await Node.RunAsync("Tree", new Shape(2, true), id: "t");
        await Node.RunAsync("Tree", new Shape(0, true), id: "apart");

        PurgeResult result = await Node.Client.PurgeInstanceAsync("t", new PurgeInstanceOptions(Recursive: true));
        Assert.Equal((7, true), (result.PurgedInstanceCount, result.IsComplete));
        foreach (string id in Ids)
        {
            Assert.Null(await Node.FindAsync(id));
        }

        Assert.NotNull(await Node.FindAsync("apart"));
        Assert.Equal(0, (await Node.Client.PurgeInstanceAsync("t", new PurgeInstanceOptions(Recursive: true))).PurgedInstanceCount);
    }

    [Fact]
    public async Task Trees_are_purged_by_a_filter_each_instance_once()
    {
        await Node.StartAsync();
        await Node.RunAsync("Tree", new Shape(2, true), id: "t");
        await Node.RunAsync("Tree", new Shape(1, true), id: "u");

        PurgeResult result = await Node.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(), new PurgeInstanceOptions(Recursive: true));
        Assert.Equal((10, true), (result.PurgedInstanceCount, result.IsComplete));
    }

    [Fact]
    public async Task A_child_that_goes_on_stays_and_one_that_became_anothers_too()
    {
        await Node.StartAsync();
        Assert.False((await Node.RunAsync("Leave", id: "parent")).ReadOutputAs<bool>());
        await Node.Client.PurgeInstanceAsync("ended");
        await Node.RunAsync("Tree", new Shape(0, true), id: "ended");

        PurgeResult result = await Node.Client.PurgeInstanceAsync("parent", new PurgeInstanceOptions(Recursive: true));
        Assert.Equal((1, false), (result.PurgedInstanceCount, result.IsComplete));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Node.FindAsync("left"))!.RuntimeStatus);
        Assert.NotNull(await Node.FindAsync("ended"));
    }

    private async Task SendAsync(string id, ReceivedEvent message)
    {
        await Node.StoreAsync(hub => hub.SendMessageAsync(
            new OutgoingMessage(id, null, HistoryFormat.Encode(message)), CancellationToken.None));
    }

    private sealed record Shape(int Depth, bool Ends);

    public sealed class Live() : TreeTests(live: true);

    public sealed class Rebuilt() : TreeTests(live: false);
}
