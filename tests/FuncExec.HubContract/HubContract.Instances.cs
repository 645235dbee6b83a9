namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Fact]
    public async Task A_created_instance_is_pending_and_has_its_first_turn()
    {
        NewInstance instance = New("a") with { Tags = "tags", Name = "Some orchestrator" };
        var created = Assert.IsType<CreateOutcome.Created>(await Hub.CreateInstanceAsync(instance, null, s_never));

        Assert.Null(created.Lease);
        InstanceRecord record = await FindAsync("a");
        var expected = new InstanceRecord
        {
            Key = record.Key,
            InstanceId = "a",
            Name = "Some orchestrator",
            Generation = instance.Generation,
            Version = 1,
            Status = InstanceStatus.Pending,
            CreatedAt = s_created,
            UpdatedAt = s_created,
            Tags = "tags",
        };
        Assert.Equal(expected, record);
        Assert.Equal([Convert.ToHexString(instance.FirstTurn.Span)], await ReadHistoryAsync(record.Key));
    }

    [Fact]
    public async Task An_unknown_instance_is_not_found()
    {
        await StartAsync("a", await OpenSessionAsync());

        Assert.Null(await Hub.FindInstanceAsync("b", s_never));
        Assert.Null(await Hub.FindInstanceAsync("A", s_never));
        Assert.Empty(await Hub.ReadHistoryAsync(1_000_000, 0, 10, s_never));
    }

    [Theory]
    [InlineData(InstanceStatus.Pending)]
    [InlineData(InstanceStatus.Running)]
    [InlineData(InstanceStatus.Suspended)]
    public async Task An_id_is_in_use_until_its_instance_has_finished(InstanceStatus status)
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        if (status != InstanceStatus.Pending)
        {
            await CommitAsync(instance.Turn(status));
        }

        string before = await DescribeAsync(session);
        Assert.Equal(new CreateOutcome.InUse(status), await Hub.CreateInstanceAsync(New("a"), session, s_never));
        Assert.Equal(before, await DescribeAsync(session));
    }

    [Theory]
    [InlineData(InstanceStatus.Completed)]
    [InlineData(InstanceStatus.Failed)]
    [InlineData(InstanceStatus.Terminated)]
    public async Task A_finished_instance_is_overwritten_with_all_that_belonged_to_it(InstanceStatus status)
    {
        long session = await OpenSessionAsync();
        Running old = await StepAsync(await StartAsync("a", session));
        await CommitAsync(old.Turn(status) with { Output = "output", Failure = "failure", CustomStatus = "status" });

        Running next = await StartAsync("a", session);

        Assert.True(next.Key > old.Key);
        InstanceRecord record = await FindAsync("a");
        Assert.Equal(InstanceStatus.Pending, record.Status);
        Assert.Equal(next.Generation, record.Generation);
        Assert.Null(record.Output ?? record.Failure ?? record.CustomStatus);
        Assert.Single(await ReadHistoryAsync(next.Key));
        Assert.Empty(await ReadHistoryAsync(old.Key));
        Assert.Single((await Hub.QueryInstancesAsync(new InstanceQuery(), s_never)).Items);
    }

    [Fact]
    public async Task Of_many_who_create_one_id_at_once_one_succeeds()
    {
        long session = await OpenSessionAsync();
        await StartFinishedAsync("a", session);

        CreateOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(
            _ => Task.Run(() => Hub.CreateInstanceAsync(New("a"), session, s_never))));

        Assert.Single(outcomes.OfType<CreateOutcome.Created>());
        Assert.Equal(63, outcomes.Count(outcome => outcome == new CreateOutcome.InUse(InstanceStatus.Pending)));
        Assert.Single((await Hub.QueryInstancesAsync(new InstanceQuery(), s_never)).Items);
    }

    [Fact]
    public async Task A_lease_is_answered_again_to_its_holder_and_refused_to_others()
    {
        long session = await OpenSessionAsync();
        long other = await OpenSessionAsync();
        await Hub.CreateInstanceAsync(New("a"), null, s_never);

        LeasedInstance first = await LeaseAsync("a", session);
        LeasedInstance again = await LeaseAsync("a", session);

        Assert.Equal(first.Lease, again.Lease);
        Assert.Equal(first.Record, again.Record);
        Assert.Equal(new LeaseInstanceOutcome.HeldBy(session), await Hub.LeaseInstanceAsync("a", other, s_never));
    }

    [Fact]
    public async Task Each_lease_has_a_larger_token()
    {
        var tokens = new List<long>();
        await Hub.CreateInstanceAsync(New("a"), null, s_never);
        for (int i = 0; i < 4; i++)
        {
            long session = await OpenSessionAsync();
            tokens.Add((await LeaseAsync("a", session)).Lease.Token);
            await Place.LetTimePassAsync(LeaseTime);
        }

        Assert.Equal(tokens.Distinct().Order(), tokens);
    }

    [Fact]
    public async Task What_is_unknown_or_finished_cannot_be_leased()
    {
        long session = await OpenSessionAsync();
        await StartFinishedAsync("finished", session);

        Assert.IsType<LeaseInstanceOutcome.Gone>(await Hub.LeaseInstanceAsync("finished", session, s_never));
        Assert.IsType<LeaseInstanceOutcome.Gone>(await Hub.LeaseInstanceAsync("unknown", session, s_never));
    }

    [Fact]
    public async Task Only_a_finished_instance_is_purged()
    {
        long session = await OpenSessionAsync();
        Running finished = await StartFinishedAsync("finished", session);
        await StartAsync("running", session);

        Assert.Equal(PurgeOutcome.Purged, await Hub.PurgeInstanceAsync("finished", s_never));
        Assert.Equal(PurgeOutcome.NotFound, await Hub.PurgeInstanceAsync("finished", s_never));
        Assert.Equal(PurgeOutcome.NotFinished, await Hub.PurgeInstanceAsync("running", s_never));

        Assert.Null(await Hub.FindInstanceAsync("finished", s_never));
        Assert.Empty(await ReadHistoryAsync(finished.Key));
        Assert.Single(await ReadHistoryAsync((await FindAsync("running")).Key));
        Assert.True((await StartAsync("finished", session)).Key > finished.Key);
    }

    [Fact]
    public async Task All_that_was_answered_is_there_after_a_restart()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with
        {
            CustomStatus = "custom",
            NewTimers = [instance.Timer(7, s_created)],
            NewActivities = Activities(2),
            LeaseActivities = 2,
        });
        await SendAsync("a", "message");
        await StartFinishedAsync("b", session);
        InstanceRecord a = await FindAsync("a");
        InstanceRecord b = await FindAsync("b");
        await Hub.CloseSessionAsync(session, s_never);
        await ReopenAsync();
        long next = await OpenSessionAsync();

        Assert.Equal([a, b], (await Hub.QueryInstancesAsync(new InstanceQuery(), s_never)).Items);
        Assert.Equal(["message"], await ReadInboxAsync("a", next));
        Assert.Equal(7, Assert.Single(await ReadTimersAsync(next)).Key.TimerId);
        Assert.Equal(2, (await Hub.LeaseActivitiesAsync(next, ActivitySelection.All, 10, s_never)).Count);
        Assert.Equal(2, (await ReadHistoryAsync(a.Key)).Length);
    }
}
