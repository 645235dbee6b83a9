namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Children_are_leased_to_their_parents_session_when_asked_for(bool lease)
    {
        long session = await OpenSessionAsync();
        Running parent = await StepAsync(await StartAsync("parent", session));

        CommitOutcome.Committed committed = await CommitAsync(
            parent.Turn() with { Children = [New("child 1"), New("child 2")], LeaseChildren = lease });

        Assert.Equal(2, committed.Children.Count);
        Assert.All(committed.Children, child => Assert.Equal(lease, child.Lease is not null));
        Assert.Equal(["child 1", "child 2"], await ReadReadyAsync(session));
        long other = await OpenSessionAsync();
        LeaseInstanceOutcome outcome = await Hub.LeaseInstanceAsync("child 1", other, s_never);
        Assert.Equal(lease, outcome is LeaseInstanceOutcome.HeldBy);
        if (lease)
        {
            Assert.Equal((await LeaseAsync("child 1", session)).Lease, committed.Children[0].Lease);
        }
    }

    [Fact]
    public async Task A_child_whose_id_is_in_use_is_not_created_and_its_parent_is_told()
    {
        long session = await OpenSessionAsync();
        Running parent = await StartAsync("parent", session);
        Running user = await StartAsync("used", session);
        NewInstance child = New("used") with { WhenInUse = Message("parent", "in use", parent.Generation) };

        CommitOutcome.Committed committed = await CommitAsync(
            parent.Turn() with { Children = [child, New("free")], LeaseChildren = true });

        Assert.Null(committed.Children[0].Lease);
        Assert.Equal(Delivery.Here, committed.Children[0].WhenInUse.Delivery);
        Assert.NotNull(committed.Children[1].Lease);
        StoredMessage told = Assert.Single((await LeaseAsync("parent", session)).Messages);
        Assert.Equal(("in use", committed.Children[0].WhenInUse.MessageId), (Text(told.Content), told.Id));
        Assert.Equal(user.Generation, (await FindAsync("used")).Generation);
    }

    [Fact]
    public async Task Of_two_children_with_one_id_the_first_is_created()
    {
        long session = await OpenSessionAsync();
        Running parent = await StartAsync("parent", session);
        NewInstance second = New("child") with { WhenInUse = Message("parent", "in use", parent.Generation) };

        CommitOutcome.Committed committed = await CommitAsync(
            parent.Turn() with { Children = [New("child"), second], LeaseChildren = true });

        Assert.NotNull(committed.Children[0].Lease);
        Assert.Null(committed.Children[1].Lease);
        Assert.Equal(["in use"], await ReadInboxAsync("parent", session));
    }

    [Theory]
    [InlineData(InstanceStatus.Running)]
    [InlineData(InstanceStatus.Completed)]
    public async Task The_id_of_a_parent_is_in_use_for_its_children(InstanceStatus parentEnds)
    {
        long session = await OpenSessionAsync();
        Running parent = await StartAsync("parent", session);

        CommitOutcome.Committed committed = await CommitAsync(parent.Turn(parentEnds) with { Children = [New("parent")] });

        Assert.Null(Assert.Single(committed.Children).Lease);
        Assert.Equal(parent.Generation, (await FindAsync("parent")).Generation);
    }

    [Fact]
    public async Task A_child_may_take_the_id_of_a_finished_instance()
    {
        long session = await OpenSessionAsync();
        Running finished = await StartFinishedAsync("child", session);
        Running parent = await StartAsync("parent", session);

        CommitOutcome.Committed committed = await CommitAsync(
            parent.Turn() with { Children = [New("child")], LeaseChildren = true });

        Assert.True(Assert.Single(committed.Children).Lease!.InstanceKey > finished.Key);
        Assert.Empty(await ReadHistoryAsync(finished.Key));
    }

    [Fact]
    public async Task A_turn_may_write_to_the_child_that_it_starts()
    {
        long session = await OpenSessionAsync();
        Running parent = await StartAsync("parent", session);

        CommitOutcome.Committed committed = await CommitAsync(
            parent.Turn() with { Children = [New("child")], Messages = [Message("child", "hello")] });

        Assert.Equal(Delivery.Here, Assert.Single(committed.Messages).Delivery);
        Assert.Equal(["hello"], await ReadInboxAsync("child", session));
    }

    [Fact]
    public async Task Receipts_of_messages_say_where_each_went()
    {
        long session = await OpenSessionAsync();
        long other = await OpenSessionAsync();
        Running sender = await StartAsync("sender", session);
        await StartAsync("own", session);
        await StartAsync("elsewhere", other);
        await Hub.CreateInstanceAsync(New("free"), null, s_never);
        await StartFinishedAsync("finished", session);

        CommitOutcome.Committed committed = await CommitAsync(sender.Turn() with
        {
            Messages =
            [
                Message("own", "x"), Message("elsewhere", "x"), Message("free", "x"), Message("sender", "x"),
                Message("finished", "x"), Message("unknown", "x"), Message("own", "x", Guid.NewGuid()),
            ],
        });

        Assert.Equal(
            [Delivery.Here, Delivery.Elsewhere, Delivery.Here, Delivery.Here, Delivery.Dropped, Delivery.Dropped, Delivery.Dropped],
            committed.Messages.Select(receipt => receipt.Delivery));
        Assert.All(committed.Messages, receipt => Assert.Equal(receipt.Delivery == Delivery.Dropped, receipt.MessageId == 0));
        Assert.Equal(committed.Messages[0].MessageId, Assert.Single((await LeaseAsync("own", session)).Messages).Id);
    }

    [Fact]
    public async Task A_turn_that_finishes_its_instance_cannot_write_to_it()
    {
        long session = await OpenSessionAsync();
        Running sender = await StartAsync("sender", session);

        CommitOutcome.Committed committed = await CommitAsync(
            sender.Turn(InstanceStatus.Completed) with { Messages = [Message("sender", "x")] });

        Assert.Equal(Delivery.Dropped, Assert.Single(committed.Messages).Delivery);
    }
}
