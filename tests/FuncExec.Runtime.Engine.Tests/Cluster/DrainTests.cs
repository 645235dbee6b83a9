using System.Collections.Concurrent;
using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>A node that is to take nothing new lets what it has go on, and leaves the rest to the other.</summary>
public abstract class DrainTests : TwoNodes
{
    private readonly ConcurrentQueue<string> _ranOn = new();
    private readonly CancellationTokenSource _draining = new();
    private readonly Signal _begun = new();
    private readonly Signal _open = new();

    protected DrainTests(IClusterPlace place)
        : base(place)
    {
        Both(node =>
        {
            node.ActivityAsync<int, int>("Act", async (input, cancellationToken) =>
            {
                _ranOn.Enqueue(node.Options.Node);
                _begun.Set();
                await _open.WaitAsync(cancellationToken);
                return input + 1;
            });
            node.Orchestrator("Chain", async context =>
            {
                int at = 0;
                while (at < 3)
                {
                    at = await context.CallActivityAsync<int>("Act", at);
                }

                return at;
            });
        });
        A.Options.Draining = _draining.Token;
    }

    [Fact]
    public async Task What_runs_ends_and_what_comes_after_goes_to_the_other_node()
    {
        await StartAsync();
        string id = await A.ScheduleAsync("Chain");
        await _begun.WaitAsync();

        await _draining.CancelAsync();
        _open.Set();

        Assert.Equal(3, (await A.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.Equal(["a", "b", "b"], _ranOn);
        Assert.Equal(0, B.Engine.Statistics.Turns); // The instance stays where it is until that node goes.
    }

    [Fact]
    public async Task What_is_started_there_runs_on_the_other_node()
    {
        _open.Set();
        await StartAsync();
        await _draining.CancelAsync();

        Assert.Equal(3, await A.ResultAsync<int>("Chain"));

        Assert.Equal(["b", "b", "b"], _ranOn);
        Assert.Equal(0, A.Engine.Statistics.Turns);
    }

    [Fact]
    public async Task Stopping_node_runs_out_what_it_holds_of_short_work_and_frees_the_rest()
    {
        A.Options.MaxConcurrentActivities = 1;
        B.Options.MaxConcurrentActivities = 1;
        A.Options.DrainTimeout = Wait.Limit;
        await StartAsync();
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => A.ScheduleAsync("Chain")));
        await _begun.WaitAsync();

        Task stopped = A.StopAsync();
        _open.Set();
        await stopped;

        foreach (string id in ids)
        {
            Assert.Equal(3, (await B.EndOfAsync(id)).ReadOutputAs<int>());
        }

        Assert.Equal(24, _ranOn.Count); // None was cut off, so none ran twice.
    }

    [Fact]
    public async Task Stopping_node_goes_on_with_what_it_holds_while_an_activity_runs()
    {
        A.Options.DrainTimeout = Wait.Limit;
        A.Options.LeaseTime = Wait.Limit; // Nobody takes anything over meanwhile.
        var holds = new Signal();
        var mayWait = new Signal();
        Both(node => node.Orchestrator("Wait", async context =>
        {
            await context.CallActivityAsync<int>("Hold");
            await context.CreateTimer(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            return await context.WaitForExternalEvent<string>("told");
        }));
        Both(node => node.ActivityAsync<object?, int>("Hold", async (_, cancellationToken) =>
        {
            holds.Set();
            await mayWait.WaitAsync(cancellationToken);
            return 0;
        }));
        await A.StartAsync();
        string runs = await A.ScheduleAsync("Chain");
        string waits = await A.ScheduleAsync("Wait");
        await _begun.WaitAsync();
        await holds.WaitAsync();
        await B.StartAsync();

        Task stopped = A.StopAsync();
        mayWait.Set();
        await B.Client.RaiseEventAsync(waits, "told", "by another node");

        Assert.Equal("by another node", (await B.EndOfAsync(waits)).ReadOutputAs<string>());
        Assert.False(stopped.IsCompleted);
        _open.Set();
        await stopped;
        Assert.Equal(3, (await B.EndOfAsync(runs)).ReadOutputAs<int>());
        Assert.Equal(["a", "b", "b"], _ranOn);
    }

    public sealed class OverSqlite() : DrainTests(new SqliteCluster());

    public sealed class OverPostgres(PostgresServerFixture fixture)
        : DrainTests(new PostgresCluster(fixture)), IClassFixture<PostgresServerFixture>;
}
