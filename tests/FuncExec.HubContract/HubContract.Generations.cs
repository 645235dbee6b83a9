namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Fact]
    public async Task Continuing_as_new_replaces_history_and_timers_and_keeps_the_instance()
    {
        long session = await OpenSessionAsync();
        Running old = await StepAsync(await StartAsync("a", session));
        old = await StepWithAsync(old, turn => turn with { NewTimers = [old.Timer(1, s_created)] });
        InstanceRecord before = await FindAsync("a");

        Running next = await ContinueAsNewAsync(old, turn => turn with { NewTimers = [old.Timer(2, s_created)] });

        Assert.Equal(1, next.Version);
        InstanceRecord after = await FindAsync("a");
        Assert.Equal((before.Key, before.CreatedAt, next.Generation, 1L), (after.Key, after.CreatedAt, after.Generation, after.Version));
        Assert.Equal(InstanceStatus.Running, after.Status);
        Assert.Equal([Convert.ToHexString(Bytes("first"))], await ReadHistoryAsync(old.Key));
        Assert.Equal(2, Assert.Single(await ReadTimersAsync(session)).Key.TimerId);
        await CommitAsync(next.Turn());
    }

    [Fact]
    public async Task Messages_of_no_particular_generation_cross_into_the_next()
    {
        long session = await OpenSessionAsync();
        Running old = await StartAsync("a", session);
        await SendAsync("a", "for any");
        await Hub.SendMessageAsync(Message("a", "for the old", old.Generation), s_never);
        long consumed = (await SendAsync("a", "consumed")).MessageId;

        await ContinueAsNewAsync(old, turn => turn with { ConsumedMessages = [consumed] });

        Assert.Equal(["for any"], await ReadInboxAsync("a", session));
    }

    [Fact]
    public async Task A_turn_of_the_old_generation_is_refused()
    {
        long session = await OpenSessionAsync();
        Running old = await StartAsync("a", session);
        Running next = await ContinueAsNewAsync(old, turn => turn);

        // Both generations have one turn now: the version alone does not tell them apart.
        Assert.Equal(old.Version, next.Version);
        Assert.Equal(new CommitOutcome.VersionConflict(1), await Hub.CommitTurnAsync(old.Turn(), s_never));
    }

    [Fact]
    public async Task A_completion_for_another_generation_is_dropped()
    {
        long session = await OpenSessionAsync();
        Running old = await StartAsync("a", session);
        old = await StepWithAsync(old, turn => turn with { NewActivities = Activities(1), LeaseActivities = 1 });
        LeasedActivity activity = Assert.Single(await Hub.ReadHeldActivitiesAsync(session, 0, 10, s_never));
        Running next = await ContinueAsNewAsync(old, turn => turn);

        var recorded = Assert.IsType<CompleteActivityOutcome.Recorded>(
            await Hub.CompleteActivityAsync(activity.Lease, Bytes("late"), s_never));

        Assert.Equal(Delivery.Dropped, recorded.Receipt.Delivery);
        Assert.Empty(await ReadInboxAsync("a", session));
        Assert.Empty(await Hub.ReadHeldActivitiesAsync(session, 0, 10, s_never));
        await CommitAsync(next.Turn());
    }

    [Fact]
    public async Task Activities_scheduled_while_continuing_as_new_belong_to_the_old_generation()
    {
        long session = await OpenSessionAsync();
        Running old = await StartAsync("a", session);
        await ContinueAsNewAsync(old, turn => turn with { NewActivities = Activities(1), LeaseActivities = 1 });

        // Task ids begin anew with the generation: its result must not be taken for that of another task.
        LeasedActivity activity = Assert.Single(await Hub.ReadHeldActivitiesAsync(session, 0, 10, s_never));
        Assert.Equal(old.Generation, activity.Generation);
        var recorded = Assert.IsType<CompleteActivityOutcome.Recorded>(await Hub.CompleteActivityAsync(activity.Lease, Bytes("done"), s_never));
        Assert.Equal(Delivery.Dropped, recorded.Receipt.Delivery);
        Assert.Empty(await ReadInboxAsync("a", session));
    }

    private async Task<Running> ContinueAsNewAsync(Running old, Func<TurnCommit, TurnCommit> change)
    {
        var next = new NextGeneration(Guid.NewGuid(), Bytes("first"));
        CommitOutcome.Committed committed = await CommitAsync(change(old.Turn() with { Next = next }));
        return old with { Generation = next.Generation, Version = committed.Version };
    }
}
