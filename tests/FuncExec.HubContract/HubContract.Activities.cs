namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Fact]
    public async Task Activities_are_leased_oldest_first_and_to_one_session_only()
    {
        long first = await OpenSessionAsync();
        long second = await OpenSessionAsync();
        Running instance = await StartAsync("a", first);
        NewActivity full = new() { TaskId = 9, Name = "Full", Input = "input", Version = "1.2", Tags = "tags" };
        await CommitAsync(instance.Turn() with { NewActivities = [full, .. Activities(4)], LeaseActivities = 0 });

        IReadOnlyList<LeasedActivity> some = await Hub.LeaseActivitiesAsync(second, ActivitySelection.All, 3, s_never);
        IReadOnlyList<LeasedActivity> rest = await Hub.LeaseActivitiesAsync(first, ActivitySelection.All, 10, s_never);

        Assert.Equal([9, 0, 1], some.Select(activity => activity.Activity.TaskId));
        Assert.Equal([2, 3], rest.Select(activity => activity.Activity.TaskId));
        LeasedActivity leased = some[0];
        Assert.Equal(full, leased.Activity);
        Assert.Equal(("a", instance.Key, instance.Generation, 1), (leased.InstanceId, leased.InstanceKey, leased.Generation, leased.TimesLeased));
        Assert.Empty(await Hub.LeaseActivitiesAsync(first, ActivitySelection.All, 10, s_never));
        Assert.Equal(some, await Hub.ReadHeldActivitiesAsync(second, 0, 10, s_never));
    }

    [Fact]
    public async Task Activities_of_a_lost_session_are_leased_again_with_a_larger_token()
    {
        long lost = await OpenSessionAsync();
        Running instance = await StartAsync("a", lost);
        await CommitAsync(instance.Turn() with { NewActivities = Activities(4), LeaseActivities = 2 });
        LeasedActivity[] held = [.. await Hub.ReadHeldActivitiesAsync(lost, 0, 10, s_never)];
        await Place.LetTimePassAsync(LeaseTime);
        long next = await OpenSessionAsync();

        IReadOnlyList<LeasedActivity> leased = await Hub.LeaseActivitiesAsync(next, ActivitySelection.All, 10, s_never);

        Assert.Equal([0, 1, 2, 3], leased.Select(activity => activity.Activity.TaskId));
        Assert.Equal([2, 2, 1, 1], leased.Select(activity => activity.TimesLeased));
        Assert.All(held.Zip(leased), pair => Assert.True(pair.Second.Lease.Token > pair.First.Lease.Token));
        Assert.IsType<CompleteActivityOutcome.LeaseLost>(await Hub.CompleteActivityAsync(held[0].Lease, Bytes("late"), s_never));
        Assert.Empty(await ReadInboxAsync("a", next));
        Assert.IsType<CompleteActivityOutcome.Recorded>(await Hub.CompleteActivityAsync(leased[0].Lease, Bytes("done"), s_never));
        Assert.Equal(["done"], await ReadInboxAsync("a", next));
    }

    [Fact]
    public async Task Sessions_lost_one_after_the_other_lose_nothing()
    {
        Running instance = await StartAsync("a", await OpenSessionAsync());
        await CommitAsync(instance.Turn() with { NewActivities = Activities(6), LeaseActivities = 3 });
        for (int times = 2; times < 6; times++)
        {
            await Place.LetTimePassAsync(LeaseTime);
            long session = await OpenSessionAsync();
            var leased = new List<LeasedActivity>();
            IReadOnlyList<LeasedActivity> some;
            while ((some = await Hub.LeaseActivitiesAsync(session, ActivitySelection.All, 2, s_never)).Count > 0)
            {
                leased.AddRange(some);
            }

            Assert.Equal([0, 1, 2, 3, 4, 5], leased.Select(activity => activity.Activity.TaskId));
            Assert.Equal(
                [times, times, times, times - 1, times - 1, times - 1], leased.Select(activity => activity.TimesLeased));
        }
    }

    [Fact]
    public async Task A_completion_is_recorded_once()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        CommitOutcome.Committed committed = await CommitAsync(
            instance.Turn() with { NewActivities = Activities(1), LeaseActivities = 1 });
        ActivityLease lease = committed.Activities[0].Lease;

        CompleteActivityOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            _ => Task.Run(() => Hub.CompleteActivityAsync(lease, Bytes("done"), s_never))));

        var recorded = Assert.Single(outcomes.OfType<CompleteActivityOutcome.Recorded>());
        Assert.Equal(Delivery.Here, recorded.Receipt.Delivery);
        Assert.Equal(recorded.Receipt.MessageId, Assert.Single((await LeaseAsync("a", session)).Messages).Id);
        Assert.Equal(
            [lease],
            Assert.IsType<CommitOutcome.StaleInput>(await Hub.CommitTurnAsync(
                (instance with { Version = 2 }).Turn() with { CompletedActivities = [lease] }, s_never)).Activities);
    }

    [Fact]
    public async Task A_completion_by_a_session_that_has_ended_is_refused_although_nobody_else_took_the_activity()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        CommitOutcome.Committed committed = await CommitAsync(
            instance.Turn() with { NewActivities = Activities(1), LeaseActivities = 1 });
        await Place.LetTimePassAsync(LeaseTime);

        Assert.IsType<CompleteActivityOutcome.LeaseLost>(
            await Hub.CompleteActivityAsync(committed.Activities[0].Lease, Bytes("late"), s_never));
        long next = await OpenSessionAsync();
        Assert.Empty(await ReadInboxAsync("a", next));
        Assert.Single(await Hub.LeaseActivitiesAsync(next, ActivitySelection.All, 10, s_never));
    }

    [Fact]
    public async Task A_turn_consumes_only_completions_of_activities_that_its_own_session_holds()
    {
        long session = await OpenSessionAsync();
        long other = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with { NewActivities = Activities(1), LeaseActivities = 0 });
        ActivityLease theirs = Assert.Single(await Hub.LeaseActivitiesAsync(other, ActivitySelection.All, 1, s_never)).Lease;
        TurnCommit turn = (instance with { Version = 2 }).Turn() with { CompletedActivities = [theirs] };

        Assert.Equal([theirs], Assert.IsType<CommitOutcome.StaleInput>(await Hub.CommitTurnAsync(turn, s_never)).Activities);
        Assert.Single(await Hub.ReadHeldActivitiesAsync(other, 0, 10, s_never));
    }

    [Fact]
    public async Task A_completion_by_message_and_one_by_turn_exclude_each_other()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        CommitOutcome.Committed committed = await CommitAsync(
            instance.Turn() with { NewActivities = Activities(20), LeaseActivities = 20 });
        Running next = instance with { Version = 2 };
        foreach (ActivityReceipt activity in committed.Activities)
        {
            TurnCommit turn = next.Turn() with { CompletedActivities = [activity.Lease] };
            Task<CommitOutcome> byTurn = Task.Run(() => Hub.CommitTurnAsync(turn, s_never).AsTask());
            Task<CompleteActivityOutcome> byMessage = Task.Run(() => Hub.CompleteActivityAsync(activity.Lease, Bytes("m"), s_never));

            bool isCommitted = await byTurn is CommitOutcome.Committed;
            Assert.NotEqual(isCommitted, await byMessage is CompleteActivityOutcome.Recorded);
            next = isCommitted ? next with { Version = next.Version + 1 } : next;
        }
    }

    [Fact]
    public async Task A_completion_tells_where_its_instance_is()
    {
        long first = await OpenSessionAsync();
        long second = await OpenSessionAsync();
        Running instance = await StartAsync("a", first);
        await CommitAsync(instance.Turn() with { NewActivities = Activities(1), LeaseActivities = 0 });
        LeasedActivity activity = Assert.Single(await Hub.LeaseActivitiesAsync(second, ActivitySelection.All, 1, s_never));

        var recorded = Assert.IsType<CompleteActivityOutcome.Recorded>(
            await Hub.CompleteActivityAsync(activity.Lease, Bytes("done"), s_never));

        Assert.Equal(Delivery.Elsewhere, recorded.Receipt.Delivery);
    }

    [Fact]
    public async Task An_activity_outlives_its_finished_instance_and_its_completion_is_dropped()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn(InstanceStatus.Completed) with { NewActivities = Activities(1), LeaseActivities = 0 });

        LeasedActivity activity = Assert.Single(await Hub.LeaseActivitiesAsync(session, ActivitySelection.All, 1, s_never));

        Assert.Equal("a", activity.InstanceId);
        var recorded = Assert.IsType<CompleteActivityOutcome.Recorded>(
            await Hub.CompleteActivityAsync(activity.Lease, Bytes("done"), s_never));
        Assert.Equal(new MessageReceipt(Delivery.Dropped, 0), recorded.Receipt);
    }

    [Fact]
    public async Task A_purged_instances_activities_disturb_nobody()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        CommitOutcome.Committed committed = await CommitAsync(
            instance.Turn(InstanceStatus.Completed) with { NewActivities = Activities(3), LeaseActivities = 1 });
        await Hub.PurgeInstanceAsync("a", s_never);
        Running next = await StartAsync("a", session);

        Assert.Empty(await Hub.LeaseActivitiesAsync(session, ActivitySelection.All, 10, s_never));
        var recorded = Assert.IsType<CompleteActivityOutcome.Recorded>(
            await Hub.CompleteActivityAsync(committed.Activities[0].Lease, Bytes("done"), s_never));
        Assert.Equal(Delivery.Dropped, recorded.Receipt.Delivery);
        Assert.Empty(await ReadInboxAsync(next.Id, session));
    }

    [Fact]
    public async Task What_a_session_was_granted_without_knowing_is_read_back_in_pages()
    {
        long session = await OpenSessionAsync();
        long other = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        Running theirs = await StartAsync("b", other);
        await CommitAsync(instance.Turn() with { NewActivities = Activities(5), LeaseActivities = 4 });
        await CommitAsync(theirs.Turn() with { NewActivities = Activities(5), LeaseActivities = 5 });

        var held = new List<LeasedActivity>();
        IReadOnlyList<LeasedActivity> page;
        while ((page = await Hub.ReadHeldActivitiesAsync(
            session, held.Count == 0 ? 0 : held[^1].Lease.Sequence, 3, s_never)).Count > 0)
        {
            held.AddRange(page);
        }

        Assert.Equal([0, 1, 2, 3], held.Select(activity => activity.Activity.TaskId));
        Assert.All(held, activity => Assert.Equal("a", activity.InstanceId));
        Assert.All(held, activity => Assert.Equal(1, activity.TimesLeased));
    }
}
