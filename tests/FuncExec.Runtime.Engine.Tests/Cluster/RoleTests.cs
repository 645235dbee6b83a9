using System.Collections.Concurrent;
using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>A node that runs turns and one that runs long activities: A is the former, B the latter.</summary>
public abstract class RoleTests : TwoNodes
{
    private readonly ConcurrentQueue<string> _ranOn = new();
    private readonly Signal _open = new();
    private int _running;
    private int _most;

    protected RoleTests(IClusterPlace place)
        : base(place)
    {
        Both(node =>
        {
            node.ActivityAsync<int, int>("Long", async (input, cancellationToken) =>
            {
                _ranOn.Enqueue(node.Options.Node);
                int running = Interlocked.Increment(ref _running);
                lock (_ranOn)
                {
                    _most = Math.Max(_most, running);
                }

                await _open.WaitAsync(cancellationToken);
                Interlocked.Decrement(ref _running);
                return input;
            });
            node.Activity<int, int>("Short", input => input);
            node.Orchestrator("Fan", async context => (await Task.WhenAll(
                Enumerable.Range(0, context.GetInput<int>()).Select(at => context.CallActivityAsync<int>("Long", at)))).Sum());
            node.Orchestrator("Mixed", async context =>
            {
                await context.CallActivityAsync<int>("Short", 1);
                await context.CreateTimer(TimeSpan.FromMilliseconds(100), CancellationToken.None);
                return await context.CallActivityAsync<int>("Long", 2);
            });
            node.Options.ActivityLimits["Long"] = 3;
        });
        A.Options.ExcludedActivities.Add("long");
        B.Options.RunsOrchestrations = false;
    }

    [Fact]
    public async Task Long_activities_run_on_the_worker_and_turns_on_the_other()
    {
        _open.Set();
        await StartAsync();

        Assert.Equal(2, await A.ResultAsync<int>("Mixed"));
        Assert.Equal(190, await A.ResultAsync<int>("Fan", 20));

        Assert.All(_ranOn, node => Assert.Equal("b", node));
        Assert.Equal(0, B.Engine.Statistics.Turns);
        Assert.InRange(_most, 1, 3);
    }

    [Fact]
    public async Task What_is_started_and_sent_on_the_worker_runs_on_the_other()
    {
        _open.Set();
        await StartAsync();

        Assert.Equal(2, await B.ResultAsync<int>("Mixed"));
        await B.Client.ScheduleNewOrchestrationInstanceAsync(
            "Mixed", null, new StartOrchestrationOptions("later", DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(300)));

        Assert.Equal(2, (await B.EndOfAsync("later")).ReadOutputAs<int>());
        Assert.Equal(0, B.Engine.Statistics.Turns);
    }

    [Fact]
    public async Task Without_a_worker_turns_run_and_long_activities_wait()
    {
        _open.Set();
        await A.StartAsync();
        string id = await A.ScheduleAsync("Mixed");
        await Wait.UntilAsync(async () => (await A.TurnsAsync(id)).Count == 4);
        Assert.Empty(_ranOn);

        await B.StartAsync();

        Assert.Equal(2, (await A.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task None_waits_on_a_node_behind_those_that_run_while_another_is_free()
    {
        A.Options.ExcludedActivities.Clear();
        await StartAsync();
        string id = await A.ScheduleAsync("Fan", 12);

        await Wait.UntilAsync(() => _ranOn.Count == 6);
        Assert.Equal((3, 3), (_ranOn.Count("a".Equals), _ranOn.Count("b".Equals)));
        long waiting = (await A.StoreAsync(hub => hub.ReadHeldActivitiesAsync(A.Session, 0, 100, CancellationToken.None))).Count;
        _open.Set();

        Assert.Equal(3, waiting);
        Assert.Equal(66, (await A.EndOfAsync(id)).ReadOutputAs<int>());
    }

    public sealed class OverSqlite() : RoleTests(new SqliteCluster());

    public sealed class OverPostgres(PostgresServerFixture fixture)
        : RoleTests(new PostgresCluster(fixture)), IClassFixture<PostgresServerFixture>;
}
