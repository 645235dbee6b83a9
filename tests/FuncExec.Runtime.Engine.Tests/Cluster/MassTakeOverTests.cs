using System.Collections.Concurrent;
using System.Diagnostics;
using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit.Abstractions;

namespace FuncExec.Runtime.Engine.Tests.Cluster;

/// <summary>A node dies with very many instances, all of which have something to do; two others go on with them.</summary>
public abstract class MassTakeOverTests : TwoNodes
{
    private static readonly int s_count = Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1" ? 10_000 : 2_000;
    private static readonly string[] s_kinds = ["Calls", "Sleeps", "Listens"];

    private readonly ConcurrentQueue<string> _ranOn = new();
    private readonly Signal _begunElsewhere = new();
    private readonly Node _third = Make("c");
    private readonly ITestOutputHelper _output;

    protected MassTakeOverTests(IClusterPlace place, ITestOutputHelper output)
        : base(place)
    {
        _output = output;
        Both(Say);
        Say(_third);

        // Its clock is behind: what it has set to sleep is due as soon as another one looks at it.
        var behind = new ShiftedTime();
        behind.Shift(TimeSpan.FromHours(-1));
        A.Time = behind;
        A.Options.MaxConcurrentActivities = s_count;
    }

    /// <inheritdoc/>
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await ShareHubAsync(_third);
    }

    /// <inheritdoc/>
    public override async Task DisposeAsync()
    {
        await _third.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task All_that_a_dead_node_held_goes_on_at_two_others()
    {
        await StartAsync();
        await _third.StartAsync();
        string[] ids = [.. Enumerable.Range(0, s_count).Select(static at => $"{Kind(at)}{at}")];
        await Task.WhenAll(ids.Select((id, at) => A.ScheduleAsync(Kind(at), id: id)));
        int calls = ids.Count(static id => id.StartsWith("Calls", StringComparison.Ordinal));
        await Wait.UntilAsync(() => A.Engine.Statistics.Turns >= s_count && _ranOn.Count == calls);

        A.Kill();
        long killed = Stopwatch.GetTimestamp();
        await Task.WhenAll(ids.Where(static id => id.StartsWith("Listens", StringComparison.Ordinal)).Select(id => B.Client.RaiseEventAsync(id, "say", "done")));
        await _begunElsewhere.WaitAsync();
        _output.WriteLine($"The first activity began elsewhere {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s after the node's death; its lease was {A.Options.LeaseTime.TotalSeconds} s.");
        var unfinished = new OrchestrationQuery { Statuses = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running], PageSize = 1 };
        await Wait.UntilAsync(async () => !await B.Client.GetAllInstancesAsync(unfinished).GetAsyncEnumerator().MoveNextAsync());
        _output.WriteLine($"{s_count} instances had ended {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s after it.");

        int ended = 0;
        await foreach (OrchestrationMetadata instance in B.Client.GetAllInstancesAsync(new OrchestrationQuery { FetchInputsAndOutputs = true }))
        {
            Assert.Equal("done", instance.ReadOutputAs<string>());
            ended++;
        }

        Assert.Equal(s_count, ended);
        Assert.InRange(_ranOn.Count(static node => node != "a"), calls, int.MaxValue); // Each once more; the hub records one end of each.
        Assert.All((long[])[B.Engine.Statistics.Turns, _third.Engine.Statistics.Turns], static turns => Assert.NotEqual(0, turns));
    }

    private static string Kind(int at) => s_kinds[at % s_kinds.Length];

    private void Say(Node node)
    {
        node.ActivityAsync<int, string>("Act", async (_, cancellationToken) =>
        {
            _ranOn.Enqueue(node.Options.Node);
            if (node == A)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            _begunElsewhere.Set();
            return "done";
        });
        node.Orchestrator("Calls", context => context.CallActivityAsync<string>("Act", 0));
        node.Orchestrator("Sleeps", async context =>
        {
            await context.CreateTimer(TimeSpan.FromMinutes(30), CancellationToken.None);
            return "done";
        });
        node.Orchestrator("Listens", context => context.WaitForExternalEvent<string>("say"));
    }

    public sealed class OverSqlite(ITestOutputHelper output) : MassTakeOverTests(new SqliteCluster(), output);

    public sealed class OverPostgres(PostgresServerFixture fixture, ITestOutputHelper output)
        : MassTakeOverTests(new PostgresCluster(fixture), output), IClassFixture<PostgresServerFixture>;
}
