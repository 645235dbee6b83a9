namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Fact]
    public async Task End_of_a_session_shows_whether_it_was_closed_or_has_expired()
    {
        long first = await OpenSessionAsync();
        long second = await OpenSessionAsync();
        long before = await Hub.ReadLastSessionEndAsync(s_never);
        Assert.Equal(before, await Hub.ReadLastSessionEndAsync(s_never));

        await Hub.CloseSessionAsync(first, s_never);
        long closed = await Hub.ReadLastSessionEndAsync(s_never);
        Assert.NotEqual(before, closed);

        await Place.LetTimePassAsync(LeaseTime);
        Assert.NotEqual(closed, await Hub.ReadLastSessionEndAsync(s_never));
        Assert.False(await Hub.RenewSessionAsync(second, s_never));
    }

    [Fact]
    public async Task A_sessions_id_is_larger_than_every_earlier_one()
    {
        long first = await OpenSessionAsync();
        long second = await OpenSessionAsync();
        await ReopenAsync();
        long third = await OpenSessionAsync();

        Assert.True(0 < first && first < second && second < third, $"{first}, {second}, {third}");
    }

    [Fact]
    public async Task A_session_says_what_it_was_opened_with()
    {
        HubSession session = await Hub.OpenSessionAsync("a node", LeaseTime, s_never);

        Assert.Equal("a node", session.Node);
        Assert.Equal(LeaseTime, session.LeaseTime);
    }

    [Fact]
    public async Task A_renewed_session_keeps_its_leases()
    {
        long session = await OpenSessionAsync();
        long other = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);

        for (int i = 0; i < 3; i++)
        {
            await Place.LetTimePassAsync(LeaseTime * 0.6);
            Assert.True(await Hub.RenewSessionAsync(session, s_never));
        }

        Assert.IsType<LeaseInstanceOutcome.HeldBy>(await Hub.LeaseInstanceAsync("a", other, s_never));
        await CommitAsync(instance.Turn());
    }

    [Fact]
    public async Task An_expired_session_never_comes_back()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await Place.LetTimePassAsync(LeaseTime);

        Assert.False(await Hub.RenewSessionAsync(session, s_never));
        Assert.False(await Hub.RenewSessionAsync(session, s_never));
        Assert.IsType<CommitOutcome.LeaseLost>(await Hub.CommitTurnAsync(instance.Turn(), s_never));
        Assert.Equal(1, (await FindAsync("a")).Version);
    }

    [Fact]
    public async Task A_closed_session_gives_everything_back_at_once()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with { NewActivities = Activities(3), LeaseActivities = 3 });
        long other = await OpenSessionAsync();
        await Hub.CloseSessionAsync(session, s_never);

        Assert.True((await LeaseAsync("a", other)).Lease.Token > instance.Lease.Token);
        Assert.Equal(3, (await Hub.LeaseActivitiesAsync(other, ActivitySelection.All, 10, s_never)).Count);
        Assert.False(await Hub.RenewSessionAsync(session, s_never));
    }

    [Fact]
    public async Task An_instance_that_was_given_back_is_free_at_once_and_its_old_lease_is_worth_nothing()
    {
        long session = await OpenSessionAsync();
        long other = await OpenSessionAsync();
        Running instance = await StepAsync(await StartAsync("a", session));
        await SendAsync("a", "kept");
        Assert.IsType<LeaseInstanceOutcome.HeldBy>(await Hub.LeaseInstanceAsync("a", other, s_never));

        await Hub.ReleaseInstanceAsync("a", other, s_never); // Not its own: nothing happens.
        Assert.IsType<LeaseInstanceOutcome.HeldBy>(await Hub.LeaseInstanceAsync("a", other, s_never));
        await Hub.ReleaseInstanceAsync("a", session, s_never);

        ReadyPage ready = await Hub.ReadReadyInstancesAsync(new ReadyRequest(other, 0, 10), s_never);
        Assert.Equal([new ReadyInstance("a", "Orchestrator")], ready.Instances);
        LeasedInstance leased = await LeaseAsync("a", other);
        Assert.Equal(["kept"], leased.Messages.Select(message => Text(message.Content)));
        Assert.True(leased.Lease.Token > instance.Lease.Token);
        Assert.IsType<CommitOutcome.LeaseLost>(await Hub.CommitTurnAsync(instance.Turn(), s_never));
        await Hub.ReleaseInstanceAsync("a", session, s_never);
        Assert.IsType<LeaseInstanceOutcome.HeldBy>(await Hub.LeaseInstanceAsync("a", session, s_never));
        await Hub.ReleaseInstanceAsync("none", session, s_never);
    }

    [Fact]
    public async Task Closing_a_session_twice_is_the_same_as_once()
    {
        long session = await OpenSessionAsync();

        await Hub.CloseSessionAsync(session, s_never);
        await Hub.CloseSessionAsync(session, s_never);
        await Hub.CloseSessionAsync(session + 1_000_000, s_never);

        Assert.False(await Hub.RenewSessionAsync(session, s_never));
    }

    [Fact]
    public async Task A_session_that_has_ended_is_granted_nothing()
    {
        long ended = await OpenSessionAsync();
        long live = await OpenSessionAsync();
        Running instance = await StartAsync("busy", live);
        await CommitAsync(instance.Turn() with { NewActivities = Activities(2), LeaseActivities = 0 });
        await Hub.CloseSessionAsync(ended, s_never);

        var created = Assert.IsType<CreateOutcome.Created>(await Hub.CreateInstanceAsync(New("free"), ended, s_never));
        Assert.Null(created.Lease);
        Assert.IsType<LeaseInstanceOutcome.HeldBy>(await Hub.LeaseInstanceAsync("free", ended, s_never));
        Assert.Empty(await Hub.LeaseActivitiesAsync(ended, ActivitySelection.All, 10, s_never));
        Assert.Empty(await Hub.ReadHeldActivitiesAsync(ended, 0, 10, s_never));
        Assert.Equal(2, (await Hub.LeaseActivitiesAsync(live, ActivitySelection.All, 10, s_never)).Count);
    }

    [Fact]
    public async Task After_a_restart_nobody_holds_anything()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with { NewActivities = Activities(2), LeaseActivities = 2 });
        await Hub.CloseSessionAsync(session, s_never);
        await ReopenAsync();
        long next = await OpenSessionAsync();

        Assert.False(await Hub.RenewSessionAsync(session, s_never));
        Assert.True((await LeaseAsync("a", next)).Lease.Token > instance.Lease.Token);
        Assert.All(await Hub.LeaseActivitiesAsync(next, ActivitySelection.All, 10, s_never), activity => Assert.Equal(2, activity.TimesLeased));
        Assert.IsType<CommitOutcome.LeaseLost>(
            await Hub.CommitTurnAsync((instance with { Version = 2 }).Turn(), s_never));
    }
}
