using System.Globalization;
using System.Text.RegularExpressions;
using FuncExec.HubContract;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>
/// Each statement, also those inside of functions, reads by an index what it needs and little else, however many rows there are, and
/// whatever was known of them when it was planned.
/// </summary>
public sealed partial class PlanTests
{
    private const string Rows = "20000";

    [Fact]
    public async Task No_statement_reads_what_it_does_not_need()
    {
        await using PostgresServer server = await PostgresServer.StartAsync(
            "shared_preload_libraries=auto_explain", "auto_explain.log_min_duration=0", "auto_explain.log_nested_statements=on",
            "auto_explain.log_analyze=on", "auto_explain.log_timing=off", "autovacuum=off");
        PostgresPlace place = await PostgresPlace.CreateAsync(server);
        await using IHub hub = await Scenes.OpenAsync(place);
        await UseAsync(hub, "empty"); // Planned over nothing.
        await FillAsync(place);
        int before = server.Log.Length;

        await UseAsync(hub, "full");

        string plans = server.Log[before..];
        Assert.Contains("hub_activities_waiting", plans, StringComparison.Ordinal);
        Assert.Contains("hub_instances_to_begin", plans, StringComparison.Ordinal);

        // Of sessions and queues there are as many as nodes and names: they are read whole.
        Assert.DoesNotMatch("Seq Scan on hub_(?!sessions|queues)", plans);
        Assert.All(Removed().Matches(plans), removed => Assert.True(
            int.Parse(removed.Groups[1].Value, CultureInfo.InvariantCulture) < 1_000, $"{removed.Value}: {plans[Math.Max(0, removed.Index - 2_000)..removed.Index]}"));
        Assert.All(Actual().Matches(plans), actual => Assert.True(
            int.Parse(actual.Groups[1].Value, CultureInfo.InvariantCulture) < 2_000, $"{actual.Value}: {plans[Math.Max(0, actual.Index - 2_000)..actual.Index]}"));
    }

    [GeneratedRegex(@"Rows Removed by \w+(?: \w+)?: (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Removed();

    [GeneratedRegex(@"Scan using \S+ on \S+.*\(actual rows=(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Actual();

    // Instances: finished, sleeping with a timer each, and with a message each; activities that wait under another name, or are held.
    private static Task FillAsync(PostgresPlace place) => place.ExecuteAsync(
        $"""
        INSERT INTO hub_sessions(id, lease_time, expires, knows, node) VALUES (1000000, 1000, 9e18::bigint, 1, '\x00');
        INSERT INTO hub_instances(key, owner, token, version, created, updated, generation, status, partition, to_begin, id, name)
            SELECT 1000000 + n, 1000000, 1, 2, n, n, gen_random_uuid(), 1 + n % 6, n % 64, false, ('\x00'::bytea || n::text::bytea), '\x00'
            FROM generate_series(1, {Rows}) n;
        INSERT INTO hub_history SELECT 1000000 + n, t, '\x00' FROM generate_series(1, {Rows}) n, generate_series(0, 1) t;
        INSERT INTO hub_timers SELECT 4000000000000 + n, 1000000 + n, 1 FROM generate_series(1, {Rows}) n;
        INSERT INTO hub_queues(name, runs_on) VALUES ('\x005A', ARRAY[]::text[]);
        INSERT INTO hub_activities(sequence, owner, rank, instance_key, generation, queue, task_id, leases, priority, version)
            SELECT 1000000 + n, CASE WHEN n % 2 = 0 THEN 1000000 ELSE 0 END, n, 1000001, gen_random_uuid(), 2, n, 1, 0, '\x00'
            FROM generate_series(1, {Rows}) n;
        """);

    private static async Task UseAsync(IHub hub, string name)
    {
        long session = await hub.OpenSessionAsync();
        Running instance = await hub.StartAsync(name, session);
        Running next = instance with
        {
            Version = (await hub.CommitAsync(instance.Turn() with
            {
                NewActivities = Scenes.Activities(4), LeaseActivities = 2, NewTimers = [instance.Timer(1, DateTimeOffset.UnixEpoch)],
                Children = [Scenes.New(name + " child")], Messages = [new OutgoingMessage(name, null, new byte[1])],
            })).Version,
        };
        long message = Assert.IsType<SendOutcome.Stored>(await hub.SendMessageAsync(new OutgoingMessage(name, null, new byte[1], Scenes.New(name)), default)).MessageId;
        IReadOnlyList<LeasedActivity> held = await hub.ReadHeldActivitiesAsync(session, 0, 10, default);
        IReadOnlyList<LeasedActivity> leased = await hub.LeaseActivitiesAsync(session, new ActivitySelection.Named("Activity"), 10, default);
        Assert.Equal((2, 2), (held.Count, leased.Count));
        await ((IHubBacklog)hub).CountWaitingAsync(1_000, default);
        Assert.IsType<CompleteActivityOutcome.Recorded>(await hub.CompleteActivityAsync(leased[0].Lease, new byte[1], default));
        await hub.ReadReadyInstancesAsync(new ReadyRequest(session, 0, 10), default);
        await hub.ReadTimersAsync(session, default, DateTimeOffset.UnixEpoch, 10, default);
        Assert.IsType<LeaseInstanceOutcome.Leased>(await hub.LeaseInstanceAsync(name, session, default));
        await hub.ReleaseInstanceAsync(name, session + 1, default);
        await hub.FindInstanceAsync(name, default);
        await hub.ReadHistoryAsync(instance.Key, 0, 10, default);
        await hub.QueryInstancesAsync(new InstanceQuery { PageSize = 10 }, default);
        await hub.QueryInstancesAsync(new InstanceQuery { PageSize = 10, Statuses = [InstanceStatus.Running, InstanceStatus.Pending] }, default);
        await hub.RenewSessionAsync(session, default);
        await hub.CommitAsync(next.Turn(InstanceStatus.Completed) with
        {
            ConsumedMessages = [message], CompletedActivities = [.. held.Select(static activity => activity.Lease)],
            RemovedTimers = [instance.Timer(1, DateTimeOffset.UnixEpoch)],
        });
        Assert.IsType<CommitOutcome.LeaseLost>(await hub.CommitTurnAsync(next.Turn(), default));
        Assert.Equal(PurgeOutcome.Purged, await hub.PurgeInstanceAsync(name, default));
        await hub.CloseSessionAsync(session, default);
        await hub.LeaseActivitiesAsync(await hub.OpenSessionAsync(), new ActivitySelection.Named("None"), 10, default);
    }
}
