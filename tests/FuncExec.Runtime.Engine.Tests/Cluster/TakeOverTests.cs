using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>What a dead or stopped node held goes on at the other one, with nobody's help.</summary>
public abstract class TakeOverTests : TwoNodes
{
    private readonly Signal _open = new();
    private readonly Signal _begun = new();

    protected TakeOverTests(IClusterPlace place)
        : base(place)
    {
        Both(node =>
        {
            node.ActivityAsync<int, string>("Act", async (_, cancellationToken) =>
            {
                _begun.Set();
                await _open.WaitAsync(cancellationToken);
                return node.Options.Node;
            });
            node.Orchestrator("Calls", context => context.CallActivityAsync<string>("Act", 0));
            node.Orchestrator("Sleeps", async context =>
            {
                await context.CreateTimer(context.GetInput<TimeSpan>(), CancellationToken.None);
                return "awake";
            });
            node.Orchestrator("Listens", context => context.WaitForExternalEvent<string>("say"));
        });
    }

    [Fact]
    public async Task Instances_timers_and_activities_of_a_dead_node_are_taken_over()
    {
        await StartAsync();
        string calls = await A.ScheduleAsync("Calls");
        string sleeps = await A.ScheduleAsync("Sleeps", TimeSpan.FromSeconds(1));
        string listens = await A.ScheduleAsync("Listens");
        await _begun.WaitAsync();
        await A.StartOfAsync(sleeps);
        await A.StartOfAsync(listens);

        A.Kill();
        _open.Set();
        await B.Client.RaiseEventAsync(listens, "say", "hello");

        Assert.Equal("b", (await B.EndOfAsync(calls)).ReadOutputAs<string>());
        Assert.Equal("awake", (await B.EndOfAsync(sleeps)).ReadOutputAs<string>());
        Assert.Equal("hello", (await B.EndOfAsync(listens)).ReadOutputAs<string>());
        Assert.Empty((await B.StoreAsync(hub => hub.ReadReadyInstancesAsync(new ReadyRequest(0, 0, 10), CancellationToken.None))).InstanceIds);
    }

    [Fact]
    public async Task What_a_stopped_node_gives_back_goes_on_at_once()
    {
        Both(static node => node.Options.LeaseTime = TimeSpan.FromMinutes(10));
        Both(static node => node.Options.SessionCheckInterval = TimeSpan.FromDays(1));
        A.Options.DrainTimeout = TimeSpan.Zero;
        await StartAsync();
        string calls = await A.ScheduleAsync("Calls");
        string sleeps = await A.ScheduleAsync("Sleeps", TimeSpan.FromSeconds(1));
        await _begun.WaitAsync();
        await A.StartOfAsync(sleeps);

        await A.StopAsync();
        _open.Set();

        Assert.Equal("b", (await B.EndOfAsync(calls)).ReadOutputAs<string>());
        Assert.Equal("awake", (await B.EndOfAsync(sleeps)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Start_at_a_time_outlives_the_node_that_stored_it()
    {
        await StartAsync();
        string id = await A.Client.ScheduleNewOrchestrationInstanceAsync(
            "Sleeps", TimeSpan.Zero, new StartOrchestrationOptions("later", DateTimeOffset.UtcNow + TimeSpan.FromSeconds(1)));

        A.Kill();

        Assert.Equal("awake", (await B.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Many_instances_of_a_dead_node_all_go_on()
    {
        await StartAsync();
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 500).Select(at => A.ScheduleAsync("Listens", id: $"many{at}")));
        await Task.WhenAll(ids.Select(A.StartOfAsync));

        A.Kill();
        await Task.WhenAll(ids.Select(id => B.Client.RaiseEventAsync(id, "say", id)));

        OrchestrationMetadata[] ends = await Task.WhenAll(ids.Select(B.EndOfAsync));
        Assert.All(ends, end => Assert.Equal(end.InstanceId, end.ReadOutputAs<string>()));
    }

    public sealed class OverSqlite() : TakeOverTests(new SqliteCluster());

    public sealed class OverPostgres(PostgresServerFixture fixture)
        : TakeOverTests(new PostgresCluster(fixture)), IClassFixture<PostgresServerFixture>;
}
