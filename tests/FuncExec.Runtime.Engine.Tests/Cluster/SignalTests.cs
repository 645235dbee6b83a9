using System.Collections.Concurrent;
using FuncExec.Runtime.Engine.Tests.HandOver;
using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>What one node does for an instance that the other one holds arrives there at once.</summary>
public abstract class SignalTests : TwoNodes
{
    private readonly ConcurrentQueue<string> _ranOn = new();

    protected SignalTests(IClusterPlace place)
        : base(place)
    {
        Both(node =>
        {
            node.Options.Labels = LabelSet.Of([$"node={node.Options.Node}"]);
            node.Activity<int, int>("Act", input =>
            {
                _ranOn.Enqueue(node.Options.Node);
                return input + 1;
            });
            node.Orchestrator("Listener", async context =>
            {
                int sum = 0;
                for (int i = 0; i < 3; i++)
                {
                    sum += await context.WaitForExternalEvent<int>("add");
                }

                return sum;
            });
            node.Orchestrator("Elsewhere", async context =>
            {
                string[] nodes = context.GetInput<string[]>()!;
                int at = 0;
                foreach (string name in nodes)
                {
                    at = await context.CallActivityAsync<int>("Act", at, On(name));
                }

                return at;
            });
            node.Orchestrator("Fan", async context =>
            {
                string[] nodes = context.GetInput<string[]>()!;
                return (await Task.WhenAll(nodes.Select((name, at) => context.CallActivityAsync<int>("Act", at, On(name))))).Sum();
            });
            node.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>("Elsewhere", context.GetInput<string[]>()));
        });
    }

    [Fact]
    public async Task Event_raised_on_the_other_node_arrives_and_its_end_is_told_there()
    {
        await StartAsync();
        string id = await A.ScheduleAsync("Listener");
        await B.StartOfAsync(id);
        long rebuilds = A.Engine.Statistics.Rebuilds;

        for (int i = 1; i <= 3; i++)
        {
            await B.Client.RaiseEventAsync(id, "add", i);
        }

        Assert.Equal(6, (await B.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.Equal(rebuilds, A.Engine.Statistics.Rebuilds); // What is live stays so.
        Assert.Equal(0, B.Engine.Statistics.Turns);
    }

    [Fact]
    public async Task Suspend_resume_terminate_and_purge_reach_it_from_the_other_node()
    {
        await StartAsync();
        string id = await A.ScheduleAsync("Listener");
        await B.StartOfAsync(id);

        await B.Client.SuspendInstanceAsync(id, "wait");
        await A.ReachesAsync(id, OrchestrationRuntimeStatus.Suspended);
        await B.Client.ResumeInstanceAsync(id);
        await A.ReachesAsync(id, OrchestrationRuntimeStatus.Running);
        Task<OrchestrationMetadata> end = A.EndOfAsync(id);
        await B.Client.TerminateInstanceAsync(id, "enough");

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await end).RuntimeStatus);
        Assert.Equal(1, (await B.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
        Assert.Null(await A.FindAsync(id));
    }

    [Fact]
    public async Task An_id_that_the_other_node_uses_is_taken_over_with_its_end()
    {
        await StartAsync();
        await A.ScheduleAsync("Listener", id: "one");
        await B.StartOfAsync("one");

        await B.Client.ScheduleNewOrchestrationInstanceAsync("Elsewhere", Array.Empty<string>(), new StartOrchestrationOptions("one").WithDedupeStatuses());

        Assert.Equal(0, (await A.EndOfAsync("one")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Activities_go_to_the_node_that_has_their_labels_and_come_back()
    {
        await StartAsync();

        Assert.Equal(4, await A.ResultAsync<int>("Elsewhere", new[] { "b", "a", "b", "b" }));

        Assert.Equal(["b", "a", "b", "b"], _ranOn);
        Assert.Equal(0, A.Engine.Statistics.Rebuilds);
        Assert.Equal(0, B.Engine.Statistics.Turns);
    }

    [Fact]
    public async Task Fan_out_over_both_nodes_comes_together()
    {
        await StartAsync();
        string[] nodes = [.. Enumerable.Range(0, 400).Select(static at => at % 2 == 0 ? "a" : "b")];

        Assert.Equal(400 * 401 / 2, await A.ResultAsync<int>("Fan", nodes));

        Assert.Equal((200, 200), (_ranOn.Count("a".Equals), _ranOn.Count("b".Equals)));
        Assert.Equal(0, A.Engine.Statistics.Rebuilds);
    }

    [Fact]
    public async Task What_no_node_can_run_waits_for_the_first_that_can()
    {
        await A.StartAsync();
        string id = await A.ScheduleAsync("Parent", new[] { "a", "b" });
        await Wait.UntilAsync(() => !_ranOn.IsEmpty);

        await B.StartAsync();

        Assert.Equal(2, (await A.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.Equal(["a", "b"], _ranOn);
    }

    [Fact]
    public async Task After_a_gap_everything_is_looked_at()
    {
        IHubListener? deaf = null;
        A.Decorate = hub => new DeafHub(hub, listener => deaf = listener).Hub;
        await StartAsync();
        string id = await A.ScheduleAsync("Listener");
        await A.StartOfAsync(id);
        Task<OrchestrationMetadata> end = A.EndOfAsync(id);
        for (int i = 0; i < 3; i++)
        {
            await B.Client.RaiseEventAsync(id, "add", 1);
        }

        Assert.False(end.IsCompleted);
        deaf!.Gap();

        Assert.Equal(3, (await end).ReadOutputAs<int>());
    }

    private static TaskOptions On(string node) => new(tags: new Dictionary<string, string> { ["funcexec.runsOn"] = $"node={node}" });

    /// <summary>A hub whose signals do not arrive; who would hear them is handed to the test.</summary>
    private sealed class DeafHub(IHub inner, Action<IHubListener> take)
    {
        public IHub Hub => SignallingHub.Over(inner, (listener, _) =>
        {
            take(listener);
            return Task.FromResult<IAsyncDisposable>(new Nothing());
        });

        private sealed class Nothing : IAsyncDisposable
        {
            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    public sealed class OverSqlite() : SignalTests(new SqliteCluster());

    public sealed class OverPostgres(PostgresServerFixture fixture)
        : SignalTests(new PostgresCluster(fixture)), IClassFixture<PostgresServerFixture>;
}
