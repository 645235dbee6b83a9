namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Fact]
    public async Task A_message_may_bring_the_instance_it_is_for()
    {
        long session = await OpenSessionAsync();
        Running sender = await StartAsync("sender", session);

        SendOutcome.Stored first = Assert.IsType<SendOutcome.Stored>(await Hub.SendMessageAsync(Message("new", "1") with { IfAbsent = New("new") }, s_never));
        Assert.Null(first.OwnerSession);
        CommitOutcome.Committed committed = await CommitAsync(sender.Turn() with
        {
            Messages = [Message("new", "2") with { IfAbsent = New("new") }, Message("other", "3") with { IfAbsent = New("other") }, Message("nobody", "4")],
        });

        Assert.Equal([Delivery.Here, Delivery.Here, Delivery.Dropped], committed.Messages.Select(receipt => receipt.Delivery));
        LeasedInstance leased = await LeaseAsync("new", session);
        Assert.Equal(["1", "2"], leased.Messages.Select(message => Text(message.Content)));
        Assert.Equal((1, InstanceStatus.Pending), (leased.Record.Version, leased.Record.Status));
        Assert.Equal(["3"], (await LeaseAsync("other", session)).Messages.Select(message => Text(message.Content)));
    }

    [Fact]
    public async Task A_message_brings_its_instance_in_place_of_a_finished_one()
    {
        long session = await OpenSessionAsync();
        Running old = await StartFinishedAsync("a", session);

        Assert.IsType<SendOutcome.Stored>(await Hub.SendMessageAsync(Message("a", "1") with { IfAbsent = New("a") }, s_never));

        LeasedInstance leased = await LeaseAsync("a", session);
        Assert.NotEqual(old.Key, leased.Lease.InstanceKey);
        Assert.Equal(["1"], leased.Messages.Select(message => Text(message.Content)));
    }

    [Fact]
    public async Task Of_many_messages_that_bring_one_instance_none_is_lost()
    {
        long session = await OpenSessionAsync();
        SendOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(
            i => Hub.SendMessageAsync(Message("a", $"{i}") with { IfAbsent = New("a") }, s_never)));

        Assert.All(outcomes, outcome => Assert.IsType<SendOutcome.Stored>(outcome));
        LeasedInstance leased = await LeaseAsync("a", session);
        Assert.Equal(
            Enumerable.Range(0, 200).Select(i => $"{i}").Order(), leased.Messages.Select(message => Text(message.Content)).Order());
    }

    [Fact]
    public async Task A_turn_may_replace_the_history_and_the_version_grows_all_the_same()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);

        Assert.Equal(2, (await CommitAsync(instance.Turn() with { ReplacesHistory = true })).Version);
        instance = instance with { Version = 2 };
        Assert.Equal(3, (await CommitAsync(instance.Turn() with { ReplacesHistory = true })).Version);
        Assert.IsType<CommitOutcome.VersionConflict>(await Hub.CommitTurnAsync(instance.Turn() with { ReplacesHistory = true }, s_never));
        await ReopenAsync();

        Assert.Equal(2L, BitConverter.ToInt64(Assert.Single(await Hub.ReadHistoryAsync(instance.Key, 0, 10, s_never)).Span));
        Assert.Single(await Hub.ReadHistoryAsync(instance.Key, 2, 1, s_never));
        Assert.Empty(await Hub.ReadHistoryAsync(instance.Key, 3, 1, s_never));
        Assert.Equal(3, (await Hub.FindInstanceAsync("a", s_never))!.Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("version")]
    [InlineData("message")]
    [InlineData("timer")]
    public async Task An_unfinished_instance_is_purged_only_while_it_is_idle(string hindrance)
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with { NewTimers = hindrance == "timer" ? [instance.Timer(1, DateTimeOffset.MaxValue)] : [] });
        if (hindrance == "message")
        {
            await SendAsync("a", "1");
        }

        Assert.Equal(PurgeOutcome.NotFound, await Hub.PurgeIdleInstanceAsync("unknown", 2, s_never));
        Assert.Equal(
            hindrance.Length == 0 ? PurgeOutcome.Purged : PurgeOutcome.NotFinished,
            await Hub.PurgeIdleInstanceAsync("a", hindrance == "version" ? 1 : 2, s_never));

        Assert.Equal(hindrance.Length == 0, await Hub.FindInstanceAsync("a", s_never) is null);
        Assert.Equal(hindrance.Length == 0 ? 0 : 2, (await Hub.ReadHistoryAsync(instance.Key, 0, 10, s_never)).Count);
    }

    [Fact]
    public async Task A_query_filters_by_what_ids_do_not_begin_with_and_by_the_last_change()
    {
        long session = await OpenSessionAsync();
        foreach (string id in (string[])["@a@1", "@a@2", "?", "A", "b", "@"])
        {
            await StartAsync(id, session);
        }

        Assert.Equal(["?", "A", "b"], await IdsAsync(new InstanceQuery { InstanceIdPrefixNot = "@" }));
        Assert.Equal(["@a@1", "@a@2"], await IdsAsync(new InstanceQuery { InstanceIdPrefix = "@a@" }));
        Assert.Equal(["@a@1"], await IdsAsync(new InstanceQuery { InstanceIdPrefix = "@a@", InstanceIdPrefixNot = "@a@2" }));
        Assert.Empty(await IdsAsync(new InstanceQuery { UpdatedTo = s_created.AddTicks(-1) }));
        Assert.Equal(6, (await IdsAsync(new InstanceQuery { UpdatedFrom = s_created, UpdatedTo = s_created })).Length);
        Assert.Empty(await IdsAsync(new InstanceQuery { UpdatedFrom = s_created.AddTicks(1) }));

        async Task<string[]> IdsAsync(InstanceQuery query) =>
            [.. (await Hub.QueryInstancesAsync(query, s_never)).Items.Select(item => item.InstanceId)];
    }
}
