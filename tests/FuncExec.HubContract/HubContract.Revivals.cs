namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Theory]
    [InlineData(InstanceStatus.Completed, InstanceStatus.Running)]
    [InlineData(InstanceStatus.Failed, InstanceStatus.Suspended)]
    [InlineData(InstanceStatus.Terminated, InstanceStatus.Pending)]
    public async Task A_finished_instance_is_revived_with_all_that_it_is_given(InstanceStatus end, InstanceStatus status)
    {
        long session = await OpenSessionAsync();
        Revival revival = await FinishAsync("a", session, end) with
        {
            Version = 2,
            ChangedTurns = new Dictionary<long, ReadOnlyMemory<byte>> { [1] = Bytes("changed") },
            Status = status,
            Messages = [Bytes("first"), Bytes("second")],
            Activities = Activities(2),
        };
        TimerKey timer = new(s_due, revival.InstanceKey, 7);
        Assert.Equal(ReviveOutcome.Revived, await Hub.ReviveInstanceAsync(revival with { Timers = [timer] }, s_never));

        InstanceRecord before = await FindAsync("a");
        await ReopenAsync();
        long next = await OpenSessionAsync();
        InstanceRecord record = await FindAsync("a");
        Assert.Equal(before, record);
        Assert.Equal((status, 2, s_due, "custom"), (record.Status, record.Version, record.UpdatedAt, record.CustomStatus));
        Assert.Null(record.Output ?? record.Failure);
        Assert.Equal([Convert.ToHexString(BitConverter.GetBytes(0L)), Convert.ToHexString(Bytes("changed"))], await ReadHistoryAsync(record.Key));
        Assert.Equal(["a"], await ReadReadyAsync(next));
        Assert.Equal(["first", "second"], await ReadInboxAsync("a", next));
        Assert.Equal(timer, Assert.Single(await ReadTimersAsync(next)).Key);
        IReadOnlyList<LeasedActivity> activities = await Hub.LeaseActivitiesAsync(next, ActivitySelection.All, 10, s_never);
        Assert.Equal(Activities(2), activities.Select(activity => activity.Activity));
        Assert.All(activities, activity => Assert.Equal((record.Generation, record.Key), (activity.Generation, activity.InstanceKey)));
    }

    [Fact]
    public async Task A_revived_instance_goes_on_under_a_larger_token()
    {
        long session = await OpenSessionAsync();
        Running old = await StepAsync(await StartAsync("a", session));
        await CommitAsync(old.Turn(InstanceStatus.Failed));
        InstanceRecord record = await FindAsync("a");
        await Hub.ReviveInstanceAsync(Revive(record) with { Version = 2 }, s_never);

        Assert.IsType<CommitOutcome.LeaseLost>(await Hub.CommitTurnAsync(old.Turn(), s_never));
        LeasedInstance leased = await LeaseAsync("a", session);
        Assert.True(leased.Lease.Token > old.Lease.Token);
        await CommitAsync((old with { Lease = leased.Lease }).Turn(InstanceStatus.Completed));
        Assert.Equal(3, (await FindAsync("a")).Version);
    }

    [Fact]
    public async Task What_has_not_finished_or_has_changed_is_not_revived()
    {
        long session = await OpenSessionAsync();
        Running running = await StartAsync("running", session);
        Revival revival = await FinishAsync("a", session, InstanceStatus.Failed);
        string before = await DescribeAsync(session);

        foreach (Revival wrong in new[]
        {
            revival with { ExpectedVersion = 2 },
            revival with { ExpectedUpdatedAt = s_due },
            revival with { InstanceKey = revival.InstanceKey + 1_000 },
            Revive(await FindAsync("running")),
        })
        {
            Assert.Equal(ReviveOutcome.Changed, await Hub.ReviveInstanceAsync(wrong, s_never));
        }

        Assert.Equal(before, await DescribeAsync(session));
        await CommitAsync(running.Turn());
        Assert.Equal(ReviveOutcome.Revived, await Hub.ReviveInstanceAsync(revival, s_never));
        Assert.Equal(ReviveOutcome.Changed, await Hub.ReviveInstanceAsync(revival, s_never));
    }

    private async Task<Revival> FinishAsync(string id, long session, InstanceStatus end)
    {
        Running instance = await StepAsync(await StartAsync(id, session));
        await CommitAsync(instance.Turn(end) with { CustomStatus = "custom", Output = "output", Failure = "failure" });
        return Revive(await FindAsync(id));
    }

    private static Revival Revive(InstanceRecord record) => new()
    {
        InstanceKey = record.Key,
        ExpectedVersion = record.Version,
        ExpectedUpdatedAt = record.UpdatedAt,
        Version = record.Version,
        Status = InstanceStatus.Running,
        At = s_due,
    };
}
