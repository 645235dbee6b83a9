using System.Text;
using FuncExec.Runtime.Engine.Tests.Entities;
using FuncExec.Runtime.Engine.Tests.HandOver;
using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>Nodes of an older build (a) and of a newer one (b) over one hub: what one does not know it leaves to the other.</summary>
public abstract class TwoBuildsTests : TwoNodes
{
    private readonly Signal _slept = new();

    protected TwoBuildsTests(IClusterPlace place)
        : base(place)
    {
        Both(node =>
        {
            node.Orchestrator("Old", context => context.WaitForExternalEvent<string>("go"));
            node.Orchestrator("Calls", context => context.CallActivityAsync<string>("Newer"));
            node.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>("Waits", options: new SubOrchestrationOptions(instanceId: "child")));
            node.Orchestrator("Counts", context => context.Entities.CallEntityAsync<int>(new EntityInstanceId("Counter", "one"), "Add", 3));
            node.Orchestrator("Versioned", context => Task.FromResult($"{context.Version} {node.Options.Node}"));
        });
        B.Activity<object?, string>("Newer", _ => "b");
        B.Entity<Counter>("Counter");
        B.Orchestrator("Waits", context => context.WaitForExternalEvent<string>("go"));
        B.Orchestrator("Sleeps", async context =>
        {
            await context.CreateTimer(context.GetInput<TimeSpan>(), CancellationToken.None);
            _slept.Set();
            return "awake";
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_activity_that_a_build_lacks_runs_on_the_other(bool hasLimit)
    {
        if (hasLimit)
        {
            Both(static node => node.Options.ActivityLimits["Newer"] = 2);
        }

        await StartAsync();

        Assert.Equal("b", await A.ResultAsync<string>("Calls"));

        Assert.Single(A.Warnings, static warning => warning.Contains("activity function 'Newer' is left to other nodes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_child_whose_orchestrator_a_build_lacks_runs_on_the_other()
    {
        await StartAsync();
        string id = await A.ScheduleAsync("Parent");
        await B.ReachesAsync("child", OrchestrationRuntimeStatus.Running);
        await A.Client.RaiseEventAsync("child", "go", "gone");

        Assert.Equal("gone", (await A.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Single(A.Warnings, static warning => warning.Contains("orchestrator function 'Waits' is left to other nodes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_child_that_a_lost_answer_has_granted_is_given_back()
    {
        int lost = 0;
        A.Decorate = hub => SignallingHub.Over(
            WatchedHub.Over(hub, async (method, arguments, call) =>
            {
                object? answer = await call();
                return method == nameof(IHub.CommitTurnAsync) && ((TurnCommit)arguments[0]!).Children.Count > 0 && Interlocked.Exchange(ref lost, 1) == 0
                    ? throw new HubUnavailableException("The answer was lost.", new IOException())
                    : answer;
            }),
            ((IHubSignals)hub).ListenAsync);
        await StartAsync();
        await A.ScheduleAsync("Parent");

        await B.ReachesAsync("child", OrchestrationRuntimeStatus.Running);
        Assert.Equal(1, lost);
    }

    [Fact]
    public async Task An_entity_that_a_build_lacks_runs_on_the_other()
    {
        await StartAsync();

        Assert.Equal(3, await A.ResultAsync<int>("Counts"));
        Assert.Equal(6, await A.ResultAsync<int>("Counts"));
    }

    [Fact]
    public async Task What_only_a_stopped_build_has_waits_until_it_is_back_whatever_comes_for_it()
    {
        await StartAsync();
        string waits = await B.ScheduleAsync("Waits");
        string sleeps = await B.ScheduleAsync("Sleeps", TimeSpan.FromMilliseconds(300));
        await B.StartOfAsync(waits);
        await B.StartOfAsync(sleeps);
        await B.StopAsync();
        Node third = Make("c");
        third.Orchestrator("Old", context => context.WaitForExternalEvent<string>("go"));
        await ShareHubAsync(third);
        await third.StartAsync();

        await A.Client.RaiseEventAsync(waits, "go", "kept");
        string old = await A.ScheduleAsync("Old");
        await A.Client.RaiseEventAsync(old, "go", "done");
        Assert.Equal("done", (await A.EndOfAsync(old)).ReadOutputAs<string>());
        await Wait.UntilAsync(() => third.Warnings.Any(static warning => warning.Contains("unfinished instances are of the orchestrator 'Waits'", StringComparison.Ordinal)));
        await FreeAsync(waits);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await A.FindAsync(waits))!.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await A.FindAsync(sleeps))!.RuntimeStatus);
        Assert.False(_slept.IsSet);

        await B.StartAsync();
        Assert.Equal("kept", (await A.EndOfAsync(waits)).ReadOutputAs<string>());
        Assert.Equal("awake", (await A.EndOfAsync(sleeps)).ReadOutputAs<string>());
        Assert.Empty(A.Errors.Concat(third.Errors));
        await third.DisposeAsync();
    }

    [Fact]
    public async Task What_no_build_has_any_more_can_be_terminated_and_is_left_alone_otherwise()
    {
        await StartAsync();
        string id = await B.ScheduleAsync("Waits");
        await B.StartOfAsync(id);
        await B.StopAsync();
        await A.Client.RaiseEventAsync(id, "go");
        await FreeAsync(id);

        await A.Client.TerminateInstanceAsync(id, "enough");

        OrchestrationMetadata end = await A.EndOfAsync(id);
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), (end.RuntimeStatus, end.ReadOutputAs<string>()));
    }

    [Fact]
    public async Task A_version_that_a_node_rejects_runs_on_the_node_of_that_version()
    {
        A.Options.Versioning = Newest("1.0");
        B.Options.Versioning = Newest("2.0");
        await StartAsync();

        string id = await A.Client.ScheduleNewOrchestrationInstanceAsync("Versioned", null, new StartOrchestrationOptions { Version = "2.0" });

        Assert.Equal("2.0 b", (await A.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task What_cannot_be_read_is_given_back_and_neither_failed_nor_changed()
    {
        await StartAsync();
        string id = await A.ScheduleAsync("Old");
        await A.StartOfAsync(id);

        await A.StoreAsync(hub => hub.SendMessageAsync(new OutgoingMessage(id, null, Encoding.UTF8.GetBytes("{\"kind\":\"OfALaterBuild\"}")), CancellationToken.None));

        await Wait.UntilAsync(() => A.Errors.Any(HasUnreadable) && B.Errors.Any(HasUnreadable));
        await FreeAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await A.FindAsync(id))!.RuntimeStatus);
        Assert.Equal(2, A.Errors.Concat(B.Errors).Count()); // They do not hand it to and fro.

        bool HasUnreadable(string error) => error.Contains($"history of instance '{id}' cannot be read", StringComparison.Ordinal);
    }

    private static DurableTaskWorkerOptions.VersioningOptions Newest(string version) => new()
    {
        Version = version,
        MatchStrategy = DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder,
        FailureStrategy = DurableTaskWorkerOptions.VersionFailureStrategy.Reject,
    };

    /// <summary>Waits until nobody holds an instance: a session that knows everything gets it, and gives it back by its end.</summary>
    private async Task FreeAsync(string id)
    {
        HubSession session = await A.StoreAsync(hub => hub.OpenSessionAsync("observer", TimeSpan.FromMinutes(1), CancellationToken.None));
        await Wait.UntilAsync(async () =>
            await A.StoreAsync(hub => hub.LeaseInstanceAsync(id, session.Id, CancellationToken.None)) is LeaseInstanceOutcome.Leased);
        await A.StoreAsync(async hub =>
        {
            await hub.CloseSessionAsync(session.Id, CancellationToken.None);
            return true;
        });
    }

    public sealed class OverSqlite() : TwoBuildsTests(new SqliteCluster());

    public sealed class OverPostgres(PostgresServerFixture fixture)
        : TwoBuildsTests(new PostgresCluster(fixture)), IClassFixture<PostgresServerFixture>;
}
