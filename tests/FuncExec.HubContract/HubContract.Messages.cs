namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Fact]
    public async Task Messages_are_read_in_the_order_in_which_they_were_stored()
    {
        long session = await OpenSessionAsync();
        Running sender = await StartAsync("sender", session);
        await StartAsync("a", session);

        await SendAsync("a", "1");
        await CommitAsync(sender.Turn() with { Messages = [Message("a", "2"), Message("a", "3")] });
        await SendAsync("a", "4");

        LeasedInstance leased = await LeaseAsync("a", session);
        Assert.Equal(["1", "2", "3", "4"], leased.Messages.Select(message => Text(message.Content)));
        Assert.Equal(leased.Messages.Select(message => message.Id).Distinct().Order(), leased.Messages.Select(message => message.Id));
    }

    [Fact]
    public async Task Message_ids_grow_over_restarts()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        long first = (await SendAsync("a", "1")).MessageId;
        await CommitAsync(instance.Turn() with { ConsumedMessages = [first] });
        await Hub.CloseSessionAsync(session, s_never);
        await ReopenAsync();

        Assert.True((await SendAsync("a", "2")).MessageId > first);
    }

    [Fact]
    public async Task A_sender_is_told_who_holds_the_instance()
    {
        long session = await OpenSessionAsync();
        await StartAsync("held", session);
        await Hub.CreateInstanceAsync(New("free"), null, s_never);

        Assert.Equal(session, (await SendAsync("held", "1")).OwnerSession);
        Assert.Null((await SendAsync("free", "1")).OwnerSession);
        await Place.LetTimePassAsync(LeaseTime);
        Assert.Null((await SendAsync("held", "2")).OwnerSession);
    }

    [Fact]
    public async Task A_message_nobody_can_read_is_refused()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await StartFinishedAsync("finished", session);
        string before = await DescribeAsync(session);

        Assert.IsType<SendOutcome.NotFound>(await Hub.SendMessageAsync(Message("unknown", "x"), s_never));
        Assert.IsType<SendOutcome.NotFound>(await Hub.SendMessageAsync(Message("a", "x", Guid.NewGuid()), s_never));
        Assert.Equal(
            new SendOutcome.Finished(InstanceStatus.Completed),
            await Hub.SendMessageAsync(Message("finished", "x"), s_never));
        Assert.Equal(before, await DescribeAsync(session));
        Assert.IsType<SendOutcome.Stored>(await Hub.SendMessageAsync(Message("a", "x", instance.Generation), s_never));
    }

    [Fact]
    public async Task A_consumed_message_is_gone_and_the_others_stay()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await SendAsync("a", "1");
        long second = (await SendAsync("a", "2")).MessageId;
        await SendAsync("a", "3");

        await CommitAsync(instance.Turn() with { ConsumedMessages = [second] });

        Assert.Equal(["1", "3"], await ReadInboxAsync("a", session));
    }

    [Fact]
    public async Task A_full_inbox_refuses_clients_until_something_was_read()
    {
        const int Limit = 100_000;
        long session = await OpenSessionAsync();
        Running sender = await StartAsync("sender", session);
        Running instance = await StartAsync("a", session);
        long first = (await SendAsync("a", "first")).MessageId;
        OutgoingMessage many = Message("a", "x");
        await CommitAsync(sender.Turn() with { Messages = [.. Enumerable.Repeat(many, Limit - 2)] });

        await SendAsync("a", "the last that fits");
        Assert.Equal(new SendOutcome.InboxFull(Limit), await Hub.SendMessageAsync(many, s_never));
        await SendAsync("sender", "another inbox is not full");

        await CommitAsync(instance.Turn() with { ConsumedMessages = [first] });
        await SendAsync("a", "fits again");
        Assert.Equal(new SendOutcome.InboxFull(Limit), await Hub.SendMessageAsync(many, s_never));
    }
}
