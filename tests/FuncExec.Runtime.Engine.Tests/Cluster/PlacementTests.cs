using System.Collections.Concurrent;
using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>Of two nodes that have room for an activity with a limit one takes it: by the rule, and whichever scheduled it.</summary>
public abstract class PlacementTests : TwoNodes
{
    private readonly ConcurrentQueue<string> _ranOn = new();
    private readonly Signal _open = new();

    protected PlacementTests(IClusterPlace place)
        : base(place)
    {
        Both(node =>
        {
            node.ActivityAsync<int, int>("Long", async (input, cancellationToken) =>
            {
                _ranOn.Enqueue(node.Options.Node);
                await _open.WaitAsync(cancellationToken);
                return input;
            });
            node.Orchestrator("Fan", context => FanAsync(context, null));
            node.Orchestrator("FanHere", context => FanAsync(context, new Dictionary<string, string> { ["funcexec.affinity"] = "job" }));
            node.Orchestrator("FanWrong", context => FanAsync(context, new Dictionary<string, string> { ["funcexec.affinity"] = "task" }));
        });
        A.Options.ActivityLimits["Long"] = 6;
        B.Options.ActivityLimits["Long"] = 2;
    }

    [Theory]
    [InlineData(ActivityPlacement.LeastLoaded, "Fan", 4, 3, 1)]
    [InlineData(ActivityPlacement.RoundRobin, "Fan", 4, 2, 2)]
    [InlineData(ActivityPlacement.RoundRobin, "Fan", 7, 5, 2)]
    [InlineData(ActivityPlacement.RoundRobin, "FanHere", 4, 4, 0)]
    [InlineData(ActivityPlacement.LeastLoaded, "FanHere", 8, 6, 2)]
    public async Task Free_places_are_given_by_the_rule(ActivityPlacement rule, string name, int count, int here, int there)
    {
        Both(node =>
        {
            node.Options.Placement = rule;
            node.Options.PlacementPatience = TimeSpan.FromDays(1);
            node.Options.LeaseTime = TimeSpan.FromMinutes(1);
        });
        await StartAsync();
        await Wait.UntilAsync(() => A.Engine.KnownLoads == 1 && B.Engine.KnownLoads == 1);
        string id = await A.ScheduleAsync(name, count);

        await Wait.UntilAsync(() => _ranOn.Count == count);
        _open.Set();

        await A.EndOfAsync(id);
        Assert.Equal((here, there), (_ranOn.Count("a".Equals), _ranOn.Count("b".Equals)));
    }

    [Fact]
    public async Task What_is_left_to_a_node_that_does_not_come_is_taken_by_another_one()
    {
        await StartAsync();
        await Wait.UntilAsync(() => A.Engine.KnownLoads == 1);
        B.Kill();
        string id = await A.ScheduleAsync("Fan", 6);

        await Wait.UntilAsync(() => _ranOn.Count >= 6);
        _open.Set();

        await A.EndOfAsync(id);
        Assert.All(_ranOn, static node => Assert.Equal("a", node));
    }

    [Fact]
    public async Task Affinity_to_what_there_is_not_fails_the_call()
    {
        await StartAsync();

        OrchestrationMetadata end = await A.RunAsync("FanWrong", 1);

        Assert.Contains("funcexec.affinity", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    private static async Task<int> FanAsync(TaskOrchestrationContext context, Dictionary<string, string>? tags) => (await Task.WhenAll(
        Enumerable.Range(0, context.GetInput<int>()).Select(at => context.CallActivityAsync<int>("Long", at, new TaskOptions(tags: tags))))).Sum();

    public sealed class OverSqlite() : PlacementTests(new SqliteCluster());

    public sealed class OverPostgres(PostgresServerFixture fixture)
        : PlacementTests(new PostgresCluster(fixture)), IClassFixture<PostgresServerFixture>;
}
