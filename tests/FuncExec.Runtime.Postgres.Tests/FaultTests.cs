using FuncExec.HubContract;
using Npgsql;

namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>Connections end at any moment of a call: whoever asked knows that he does not know, and finds out.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private PostgresServer? _server;
    private PostgresPlace? _place;
    private IHub? _hub;

    private IHub Hub => _hub!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _place = await PostgresPlace.CreateAsync(_server);
        _hub = await Scenes.OpenAsync(_place);
    }

    public async Task DisposeAsync()
    {
        await Hub.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task A_call_that_is_ended_while_it_runs_has_an_unknown_outcome_and_changed_nothing()
    {
        Running instance = await Hub.StartAsync("a", await Hub.OpenSessionAsync());
        Task<CommitOutcome> commit;
        await using (var blocker = new NpgsqlConnection(_server!.ConnectionString() + ";Pooling=false;Application Name=blocker"))
        {
            await blocker.OpenAsync();
            await using NpgsqlTransaction transaction = await blocker.BeginTransactionAsync();
            await using (var block = new NpgsqlCommand($"SELECT FROM {_place!.Schema}.hub_instances FOR UPDATE", blocker))
            {
                await block.ExecuteNonQueryAsync();
            }

            commit = Hub.CommitTurnAsync(instance.Turn(), default).AsTask();
            while (await _server.ReadAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == 0)
            {
                Assert.False(commit.IsCompleted);
            }

            await _server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
            HubUnavailableException unknown = await Assert.ThrowsAsync<HubUnavailableException>(() => commit);
            Assert.Contains("PostgreSQL", unknown.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await FindAsync("a")).Version);
        await Hub.CommitAsync(instance.Turn());
    }

    [Fact]
    public async Task Under_kills_of_connections_every_outcome_is_found_out_and_no_turn_is_lost_or_doubled()
    {
        const int Instances = 8;
        const int Turns = 30;
        long session = await Hub.OpenSessionAsync();
        Running[] instances = await Task.WhenAll(Enumerable.Range(0, Instances).Select(at => Hub.StartAsync($"i{at}", session)));
        using var stop = new CancellationTokenSource();
        int unknown = 0;
        Task killer = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await _server!.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'funcexec'");
            }
        });

        await Task.WhenAll(instances.Select(async instance =>
        {
            for (Running now = instance; now.Version <= Turns;)
            {
                try
                {
                    CommitOutcome outcome = await Hub.CommitTurnAsync(now.Turn() with { NewActivities = Scenes.Activities(1) }, default);
                    now = now with { Version = Assert.IsType<CommitOutcome.Committed>(outcome).Version };
                }
                catch (HubUnavailableException)
                {
                    Interlocked.Increment(ref unknown);
                    long version = (await RetryAsync(() => FindAsync(now.Id))).Version;
                    Assert.InRange(version, now.Version, now.Version + 1);
                    now = now with { Version = version };
                }
            }
        }));
        await stop.CancelAsync();
        await killer;

        Assert.NotEqual(0, unknown);
        foreach (Running instance in instances)
        {
            IReadOnlyList<ReadOnlyMemory<byte>> history = await RetryAsync(() => Hub.ReadHistoryAsync(instance.Key, 0, 1_000, default));
            Assert.Equal(Enumerable.Range(0, Turns + 1).Select(static turn => (long)turn), history.Select(static turn => BitConverter.ToInt64(turn.Span)));
        }

        Assert.Equal(Instances * Turns, await _place!.ReadAsync<long>("SELECT count(*) FROM hub_activities"));
    }

    [Fact]
    public async Task A_server_that_was_killed_has_kept_what_was_answered()
    {
        long session = await Hub.OpenSessionAsync();
        Running instance = await Hub.StartAsync("a", session);
        await Hub.CommitAsync(instance.Turn() with { NewActivities = Scenes.Activities(3), LeaseActivities = 3 });
        await _server!.KillAsync();
        await Assert.ThrowsAsync<HubUnavailableException>(() => Hub.FindInstanceAsync("a", default));
        await Assert.ThrowsAsync<HubUnavailableException>(() => Hub.SendMessageAsync(new OutgoingMessage("a", null, new byte[1]), default));
        await _server.StartAgainAsync();

        Assert.Equal(2, (await RetryAsync(() => FindAsync("a"))).Version);
        Assert.Equal(3, (await RetryAsync(() => Hub.ReadHeldActivitiesAsync(session, 0, 10, default))).Count);
        Assert.True(await RetryAsync(() => Hub.RenewSessionAsync(session, default)));
    }

    private async Task<InstanceRecord> FindAsync(string id) => Assert.IsType<InstanceRecord>(await Hub.FindInstanceAsync(id, default));

    /// <summary>Reads are repeated until a connection lives long enough; a hundred in a row would not.</summary>
    private static async Task<T> RetryAsync<T>(Func<Task<T>> read)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await read();
            }
            catch (HubUnavailableException) when (attempt < 1_000)
            {
                // Once more.
            }
        }
    }
}
