namespace FuncExec.Runtime.Postgres.Tests;

/// <summary>What the nodes of a hub share besides instances: secrets, timer functions, and the figure by which they are scaled.</summary>
public sealed class SharedTests(PostgresHubTests.Fixture fixture) : IClassFixture<PostgresHubTests.Fixture>, IAsyncLifetime
{
    private PostgresPlace? _place;
    private IHub? _hub;

    private IHub Hub => _hub!;

    public async Task InitializeAsync()
    {
        _place = await PostgresPlace.CreateAsync(fixture.Server);
        _hub = await Scenes.OpenAsync(_place);
    }

    public async Task DisposeAsync()
    {
        await Hub.DisposeAsync();
        await _place!.DisposeAsync();
    }

    [Fact]
    public async Task Of_many_who_make_a_secret_one_does_and_all_get_it()
    {
        await using IHub other = await Scenes.OpenAsync(_place!);
        string[] got = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            at => ((IHubSecrets)(at % 2 == 0 ? Hub : other)).GetOrAddSecretAsync("key", $"{at}", default)));
        Assert.Single(got.Distinct());

        await ((IHubSecrets)Hub).SetSecretAsync("key", "given", default);
        Assert.Equal("given", await ((IHubSecrets)other).GetOrAddSecretAsync("key", "mine", default));
    }

    [Fact]
    public async Task All_nodes_go_by_the_servers_clock()
    {
        await using IHub other = await Scenes.OpenAsync(_place!); // Whose clock no machine's is near.
        HubSession session = await Hub.OpenSessionAsync("node", TimeSpan.FromDays(1), default);
        await other.OpenSessionAsync("other", TimeSpan.FromDays(1), default);
        AssertIs(Hub, PostgresPlace.ClockStart);
        AssertIs(other, PostgresPlace.ClockStart);

        await _place!.LetTimePassAsync(TimeSpan.FromHours(12));
        Assert.True(await Hub.RenewSessionAsync(session.Id, default));
        AssertIs(Hub, PostgresPlace.ClockStart.AddHours(12));

        static void AssertIs(IHub hub, DateTimeOffset time) => Assert.Equal(time, ((IHubClock)hub).Now, TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Each_occurrence_of_a_timer_is_taken_once_and_its_record_is_kept()
    {
        await using IHub other = await Scenes.OpenAsync(_place!);
        ITimerJournal[] journals = [(ITimerJournal)Hub, (ITimerJournal)other];
        DateTimeOffset due = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (int occurrence = 0; occurrence < 5; occurrence++)
        {
            bool[] taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(
                at => journals[at % 2].TryTakeAsync(at < 4 ? "Timer" : "TIMER", due.AddMinutes(occurrence), default)));
            Assert.Single(taken, static isTaken => isTaken);
        }

        Assert.Null(await journals[0].ReadAsync("Timer", default));
        var record = new TimerRecord("0 * * * * *", due, due.AddMinutes(1), due.AddTicks(7));
        await journals[0].WriteAsync("Timer", record, default);
        Assert.Equal(record, await journals[1].ReadAsync("timer", default));
        await journals[0].WriteAsync("Timer", record with { Last = null }, default);
        Assert.Equal(record with { Last = null }, await journals[1].ReadAsync("timer", default));
        Assert.False(await journals[0].TryTakeAsync("Timer", due.AddMinutes(4), default));
    }

    [Fact]
    public async Task A_node_that_hears_of_a_queue_while_it_leases_asks_each_of_them_once()
    {
        await using IHub other = await Scenes.OpenAsync(_place!);
        long session = await Hub.OpenSessionAsync();
        FuncExec.HubContract.Running instance = await Hub.StartAsync("a", session);
        NewActivity[] one = Scenes.Activities(1);
        var committed = await Hub.CommitAsync(instance.Turn() with { NewActivities = one });
        long leaser = await other.OpenSessionAsync();
        Assert.Single(await other.LeaseActivitiesAsync(leaser, ActivitySelection.All, 10, default));

        NewActivity[] ofAnotherName = [.. Scenes.Activities(1, 1).Select(static activity => activity with { Name = "Unheard" })];
        await Hub.CommitAsync(instance.Turn() with { ExpectedVersion = committed.Version, NewActivities = ofAnotherName });

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Assert.Equal("Unheard", Assert.Single(await other.LeaseActivitiesAsync(leaser, ActivitySelection.All, 10, limit.Token)).Activity.Name);
        Assert.Empty(await other.LeaseActivitiesAsync(leaser, ActivitySelection.All, 10, limit.Token));
    }

    [Fact]
    public async Task A_session_is_renewed_however_many_read_at_once()
    {
        long session = await Hub.OpenSessionAsync();
        Task<InstanceRecord?>[] readings = [.. Enumerable.Range(0, 10_000).Select(at => Hub.FindInstanceAsync($"nobody{at}", default))];

        Assert.True(await Hub.RenewSessionAsync(session, default));

        Assert.Contains(readings, static reading => !reading.IsCompleted); // It stood in no queue behind them.
        Assert.All(await Task.WhenAll(readings), Assert.Null);
    }

    [Theory]
    [InlineData("", 4, 3)] // 2 waiting and 7 held that ask for nothing.
    [InlineData("gpu", 4, 6)]
    [InlineData("os=linux, gpu", 4, 8)]
    [InlineData("GPU", 4, 3)]
    [InlineData("gpu,os=linux", 100, 1)]
    public async Task Scale_recommendation_counts_what_waits_and_is_held_for_those_labels(string labels, int slots, int nodes)
    {
        long session = await Hub.OpenSessionAsync();
        FuncExec.HubContract.Running instance = await Hub.StartAsync("a", session);
        Assert.Equal(0, await ScaleAsync(labels, slots));
        NewActivity[] activities =
        [
            .. Scenes.Activities(9),
            .. Scenes.Activities(12, 9).Select(static activity => activity with { RunsOn = LabelSet.Parse("gpu") }),
            .. Scenes.Activities(9, 21).Select(static activity => activity with { RunsOn = LabelSet.Parse("gpu,os=linux") }),
        ];

        await Hub.CommitAsync(instance.Turn() with { NewActivities = activities, LeaseActivities = 7 });

        Assert.Equal(nodes, await ScaleAsync(labels, slots));
    }

    [Fact]
    public async Task Scale_recommendation_compares_labels_as_they_are()
    {
        FuncExec.HubContract.Running instance = await Hub.StartAsync("a", await Hub.OpenSessionAsync());
        await Hub.CommitAsync(instance.Turn() with
        {
            NewActivities = [.. Scenes.Activities(3).Select(static activity => activity with { RunsOn = LabelSet.Parse("Pool=Big,GPU") })],
        });

        Assert.Equal(3, await ScaleAsync("GPU,Pool=Big,os=linux", 1));
        Assert.Equal(0, await ScaleAsync("gpu,pool=big,os=linux", 1));
        Assert.Equal(0, await ScaleAsync("GPU", 1));
    }

    [Fact]
    public async Task Scale_recommendation_leaves_out_what_waits_for_the_terminated()
    {
        long session = await Hub.OpenSessionAsync();
        FuncExec.HubContract.Running kept = await Hub.StartAsync("kept", session);
        FuncExec.HubContract.Running ended = await Hub.StartAsync("ended", session);
        await Hub.CommitAsync(ended.Turn() with { NewActivities = Scenes.Activities(1_100) });
        await Hub.CommitAsync(kept.Turn() with { NewActivities = Scenes.Activities(2) });
        await Hub.CommitAsync((ended with { Version = 2 }).Turn(InstanceStatus.Terminated));

        Assert.Equal(1, await ScaleAsync("", 2));

        // The bound is full of what is to be dropped: a node has to come and see what is behind it.
        Assert.Equal(1_000, await ScaleAsync("", 1));
        IReadOnlyList<LeasedActivity> leased = await Hub.LeaseActivitiesAsync(session, ActivitySelection.All, 2, default);
        Assert.All(leased, static activity => Assert.Equal("kept", activity.InstanceId));
        Assert.Equal(2, await ScaleAsync("", 1));
    }

    [Fact]
    public async Task Scale_recommendation_goes_on_counting_what_a_suspended_instance_asked_for_since_it_runs()
    {
        long session = await Hub.OpenSessionAsync();
        FuncExec.HubContract.Running instance = await Hub.StartAsync("a", session);
        await Hub.CommitAsync(instance.Turn(InstanceStatus.Suspended) with { NewActivities = Scenes.Activities(2) });

        Assert.Equal(2, await ScaleAsync("", 1));
        Assert.Equal(2, (await Hub.LeaseActivitiesAsync(session, ActivitySelection.All, 10, default)).Count);
    }

    [Fact]
    public async Task Scale_recommendation_needs_a_role_that_may_read_three_tables_and_no_more()
    {
        string role = "r" + Guid.NewGuid().ToString("N");
        FuncExec.HubContract.Running instance = await Hub.StartAsync("a", await Hub.OpenSessionAsync());
        await Hub.CommitAsync(instance.Turn() with { NewActivities = Scenes.Activities(3) });
        await _place!.ExecuteAsync(
            $"""
            CREATE ROLE {role} LOGIN;
            GRANT USAGE ON SCHEMA {_place.Schema} TO {role};
            GRANT SELECT ON hub_queues, hub_activities TO {role};
            GRANT SELECT (key, status) ON hub_instances TO {role};
            """);
        try
        {
            await using var connection = new Npgsql.NpgsqlConnection(
                fixture.Server.ConnectionString().Replace("Username=postgres", "Username=" + role, StringComparison.Ordinal) + ";Pooling=false");
            await connection.OpenAsync();
            await using (var ask = new Npgsql.NpgsqlCommand($"SELECT {_place.Schema}.scale_recommendation('{_place.Hub}', '', 1)", connection))
            {
                Assert.Equal(3, await ask.ExecuteScalarAsync());
            }

            await using var write = new Npgsql.NpgsqlCommand($"DELETE FROM {_place.Schema}.hub_activities", connection);
            Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => write.ExecuteNonQueryAsync())).SqlState);
        }
        finally
        {
            await _place.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Scale_recommendation_refuses_what_is_not_its_hub_and_no_slots()
    {
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => fixture.Server.ReadAsync<int>($"SELECT {_place!.Schema}.scale_recommendation('other', '', 1)"));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => ScaleAsync("", 0));
    }

    // As the scaler calls it, over a connection that knows no schema.
    private Task<int> ScaleAsync(string labels, int slots) =>
        fixture.Server.ReadAsync<int>($"SELECT {_place!.Schema}.scale_recommendation('{_place.Hub}', '{labels}', {slots})");
}
