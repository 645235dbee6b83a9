namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Fact]
    public async Task A_turn_is_stored_whole()
    {
        long session = await OpenSessionAsync();
        Running other = await StartAsync("other", session);
        Running instance = await StartAsync("a", session);
        var consumed = await SendAsync("a", "consumed");
        Running before = await StepWithAsync(instance, turn => turn with
        {
            NewTimers = [instance.Timer(1, s_created)],
            NewActivities = Activities(1),
            LeaseActivities = 1,
        });
        LeasedActivity activity = Assert.Single(await Hub.ReadHeldActivitiesAsync(session, 0, 10, s_never));

        TurnCommit turn = before.Turn(InstanceStatus.Suspended) with
        {
            CustomStatus = "custom",
            ConsumedMessages = [consumed.MessageId],
            CompletedActivities = [activity.Lease],
            RemovedTimers = [instance.Timer(1, s_created)],
            NewTimers = [instance.Timer(2, s_created)],
            NewActivities = Activities(3),
            LeaseActivities = 2,
            Messages = [Message("other", "hello")],
            Children = [New("child")],
        };
        CommitOutcome.Committed committed = await CommitAsync(turn);

        Assert.Equal(3, committed.Version);
        InstanceRecord record = await FindAsync("a");
        Assert.Equal((3, InstanceStatus.Suspended, "custom", turn.At), (record.Version, record.Status, record.CustomStatus, record.UpdatedAt));
        Assert.Equal(3, (await ReadHistoryAsync(record.Key)).Length);
        Assert.Empty(await ReadInboxAsync("a", session));
        Assert.Equal(2, Assert.Single(await ReadTimersAsync(session)).Key.TimerId);
        Assert.Equal([true, true, false], committed.Activities.Select(receipt => receipt.Leased));
        Assert.Equal(
            committed.Activities.Where(receipt => receipt.Leased).Select(receipt => receipt.Lease),
            (await Hub.ReadHeldActivitiesAsync(session, 0, 10, s_never)).Select(held => held.Lease));
        Assert.Equal(["hello"], await ReadInboxAsync(other.Id, session));
        Assert.Equal(InstanceStatus.Pending, (await FindAsync("child")).Status);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("session")]
    [InlineData("version too small")]
    [InlineData("version too large")]
    [InlineData("generation")]
    [InlineData("message")]
    [InlineData("activity")]
    [InlineData("message of another")]
    public async Task A_refused_turn_changes_nothing(string wrong)
    {
        long session = await OpenSessionAsync();
        long stranger = await OpenSessionAsync();
        await StartAsync("other", session);
        Running instance = await StartAsync("a", session);
        long there = (await SendAsync("a", "there")).MessageId;
        long others = (await SendAsync("other", "others")).MessageId;
        Running running = await StepWithAsync(instance, turn => turn with
        {
            NewTimers = [instance.Timer(1, s_created)],
            NewActivities = Activities(2),
            LeaseActivities = 2,
        });
        ActivityLease[] leases = [.. (await Hub.ReadHeldActivitiesAsync(session, 0, 2, s_never)).Select(activity => activity.Lease)];
        ActivityLease held = leases[0];
        string before = await DescribeAsync(session);

        TurnCommit turn = running.Turn() with
        {
            CustomStatus = "never",
            ConsumedMessages = [there],
            CompletedActivities = [held],
            RemovedTimers = [instance.Timer(1, s_created)],
            NewTimers = [instance.Timer(2, s_created)],
            NewActivities = Activities(3),
            LeaseActivities = 3,
            Messages = [Message("other", "never")],
            Children = [New("never")],
        };
        turn = wrong switch
        {
            "token" => turn with { Lease = turn.Lease with { Token = turn.Lease.Token - 1 } },
            "session" => turn with { Session = stranger },
            "version too small" => turn with { ExpectedVersion = 1 },
            "version too large" => turn with { ExpectedVersion = 3 },
            "generation" => turn with { Generation = Guid.NewGuid() },
            "message" => turn with { ConsumedMessages = [there, there + 1_000] },
            "activity" => turn with { CompletedActivities = [held, leases[1] with { Token = leases[1].Token + 1 }] },
            _ => turn with { ConsumedMessages = [there, others] },
        };
        CommitOutcome outcome = await Hub.CommitTurnAsync(turn, s_never);

        Assert.Equal(before, await DescribeAsync(session));
        switch (wrong)
        {
            case "token" or "session":
                Assert.IsType<CommitOutcome.LeaseLost>(outcome);
                break;
            case "message" or "message of another":
                Assert.Equal([turn.ConsumedMessages[1]], Assert.IsType<CommitOutcome.StaleInput>(outcome).Messages);
                break;
            case "activity":
                Assert.Equal([turn.CompletedActivities[1]], Assert.IsType<CommitOutcome.StaleInput>(outcome).Activities);
                break;
            default:
                Assert.Equal(new CommitOutcome.VersionConflict(2), outcome);
                break;
        }
    }

    [Fact]
    public async Task An_old_token_changes_nothing_even_in_the_hands_of_the_new_holder()
    {
        long first = await OpenSessionAsync();
        Running old = await StartAsync("a", first);
        await Hub.CloseSessionAsync(first, s_never);
        long second = await OpenSessionAsync();
        LeasedInstance leased = await LeaseAsync("a", second);

        Assert.IsType<CommitOutcome.LeaseLost>(await Hub.CommitTurnAsync(old.Turn(), s_never));
        Assert.IsType<CommitOutcome.LeaseLost>(await Hub.CommitTurnAsync(old.Turn() with { Session = second }, s_never));
        await CommitAsync(old.Turn() with { Session = second, Lease = leased.Lease });
    }

    [Fact]
    public async Task A_turn_is_committed_once()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);

        CommitOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            _ => Task.Run(() => Hub.CommitTurnAsync(instance.Turn(), s_never).AsTask())));

        Assert.Single(outcomes.OfType<CommitOutcome.Committed>());
        Assert.Equal(15, outcomes.Count(outcome => outcome == new CommitOutcome.VersionConflict(2)));
    }

    [Fact]
    public async Task A_finished_instance_loses_its_timers_its_messages_and_its_lease()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        Running next = await StepWithAsync(instance, turn => turn with { NewTimers = [instance.Timer(1, s_created)] });
        await SendAsync("a", "unread");

        await CommitAsync(next.Turn(InstanceStatus.Failed) with { Failure = "why", NewTimers = [instance.Timer(2, s_created)] });

        Assert.Empty(await ReadTimersAsync(session));
        Assert.Empty(await ReadReadyAsync(session));
        Assert.Equal("why", (await FindAsync("a")).Failure);
        Assert.Equal(3, (await ReadHistoryAsync(instance.Key)).Length);
        Assert.IsType<CommitOutcome.LeaseLost>(
            await Hub.CommitTurnAsync((next with { Version = 3 }).Turn(), s_never));
    }

    [Fact]
    public async Task A_turn_on_a_purged_instance_is_refused()
    {
        long session = await OpenSessionAsync();
        Running old = await StartFinishedAsync("a", session);
        await Hub.PurgeInstanceAsync("a", s_never);
        Running next = await StartAsync("a", session);

        Assert.IsType<CommitOutcome.LeaseLost>(await Hub.CommitTurnAsync(old.Turn(), s_never));
        await CommitAsync(next.Turn());
    }

    [Fact]
    public async Task The_custom_status_is_that_of_the_last_turn()
    {
        long session = await OpenSessionAsync();
        Running instance = await StepAsync(await StartAsync("a", session));

        Running next = await StepWithAsync(instance, turn => turn with { CustomStatus = "one" });
        Assert.Equal("one", (await FindAsync("a")).CustomStatus);
        await CommitAsync(next.Turn());
        Assert.Null((await FindAsync("a")).CustomStatus);
    }

    [Fact]
    public async Task A_turn_may_schedule_ten_thousand_activities()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);

        CommitOutcome.Committed committed = await CommitAsync(
            instance.Turn() with { NewActivities = Activities(10_000), LeaseActivities = 10_000 });

        Assert.Equal(10_000, committed.Activities.DistinctBy(receipt => receipt.Lease.Sequence).Count());
        await CommitAsync((instance with { Version = 2 }).Turn() with
        {
            CompletedActivities = [.. committed.Activities.Select(receipt => receipt.Lease)],
        });
        Assert.Empty(await Hub.ReadHeldActivitiesAsync(session, 0, 10, s_never));
    }

    [Fact]
    public async Task History_is_read_in_pages()
    {
        Running instance = await StartAsync("a", await OpenSessionAsync());
        for (int i = 0; i < 9; i++)
        {
            instance = await StepAsync(instance);
        }

        var read = new List<long>();
        IReadOnlyList<ReadOnlyMemory<byte>> page;
        while ((page = await Hub.ReadHistoryAsync(instance.Key, read.Count, 4, s_never)).Count > 0)
        {
            Assert.True(page.Count <= 4);
            read.AddRange(page.Select(turn => BitConverter.ToInt64(turn.Span)));
        }

        // Each turn holds the version that it was made from.
        Assert.Equal([0, .. Enumerable.Range(1, 9).Select(i => (long)i)], read);
    }

    private async Task<Running> StepWithAsync(Running instance, Func<TurnCommit, TurnCommit> change) =>
        instance with { Version = (await CommitAsync(change(instance.Turn()))).Version };
}
