using FuncExec.HubContract;
using FuncExec.Runtime.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>Many activities: what they leave behind, and how often the server is asked. A million with FUNCEXEC_LONG=1.</summary>
public sealed class VolumeTests
{
    private const int TurnSize = 10_000;
    private static readonly int s_turns = Environment.GetEnvironmentVariable("FUNCEXEC_LONG") == "1" ? 100 : 4;

    [Fact]
    public async Task Activities_by_the_hundred_thousand_leave_little_behind()
    {
        await using PostgresServer server = await PostgresServer.StartAsync("autovacuum_naptime=1s");
        PostgresPlace place = await PostgresPlace.CreateAsync(server);
        await using (IHub hub = await Scenes.OpenAsync(place))
        {
            long session = await hub.OpenSessionAsync();
            Running instance = await hub.StartAsync("a", session);
            long leased = 0;
            for (int turn = 0; turn < s_turns; turn++)
            {
                instance = instance with { Version = (await hub.CommitAsync(instance.Turn() with { NewActivities = Scenes.Activities(TurnSize) })).Version };
                for (IReadOnlyList<LeasedActivity> some = []; ; leased += some.Count)
                {
                    some = await hub.LeaseActivitiesAsync(session, ActivitySelection.All, 1_000, default);
                    if (some.Count == 0)
                    {
                        break;
                    }

                    TurnCommit done = instance.Turn() with { CompletedActivities = [.. some.Select(static activity => activity.Lease)] };
                    instance = instance with { Version = (await hub.CommitAsync(done)).Version };
                }
            }

            Assert.Equal((long)s_turns * TurnSize, leased);
        }

        // What autovacuum leaves is below what calls it: 2,000 rows and a fiftieth of the table.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (await server.ReadAsync<long>("SELECT coalesce(sum(n_dead_tup), 0)::bigint FROM pg_stat_user_tables WHERE relname = 'hub_activities'") > 2_000
            || await server.ReadAsync<long>("SELECT coalesce(sum(autovacuum_count), 0)::bigint FROM pg_stat_user_tables WHERE relname = 'hub_activities'") == 0)
        {
            await Task.Delay(100, limit.Token);
        }

        Assert.Equal(0, await place.ReadAsync<long>("SELECT count(*) FROM hub_activities"));
    }

    [Fact]
    public async Task A_fan_out_asks_the_server_less_than_once_in_five_activities()
    {
        const int Steps = 10_000;
        await using PostgresServer server = await PostgresServer.StartAsync("shared_preload_libraries=pg_stat_statements");
        await server.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        PostgresPlace place = await PostgresPlace.CreateAsync(server, stopsClock: false);
        await using var engine = new DurableEngine(
            place.CreateHub(), Register(), new EngineOptions(), JsonDataConverter.Default, TimeProvider.System, NullLoggerFactory.Instance);
        await engine.StartAsync(default);
        await RunAsync(engine.Client, 100);
        await server.ExecuteAsync("SELECT pg_stat_statements_reset()");

        await RunAsync(engine.Client, Steps);

        long calls = await server.ReadAsync<long>("SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements WHERE toplevel");
        Assert.InRange(calls, 2, Steps / 5);
    }

    private static async Task RunAsync(DurableTaskClient client, int steps)
    {
        string id = await client.ScheduleNewOrchestrationInstanceAsync("FanOut", steps);
        OrchestrationMetadata end = await client.WaitForInstanceCompletionAsync(id).WaitAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
    }

    private static TaskRegistry Register()
    {
        var registry = new TaskRegistry();
        registry.Add(new ActivityRegistration { Name = "NoOp", Run = static (_, _) => ValueTask.FromResult<string?>(null) });
        registry.Add(new OrchestratorRegistration
        {
            Name = "FanOut",
            Run = static async context =>
            {
                await Task.WhenAll(Enumerable.Range(0, context.GetInput<int>()).Select(at => context.CallActivityAsync("NoOp", at)));
                return null;
            },
        });
        return registry;
    }
}
