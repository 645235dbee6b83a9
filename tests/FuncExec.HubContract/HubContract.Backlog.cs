namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    private IHubBacklog Backlog => Assert.IsAssignableFrom<IHubBacklog>(Hub);

    [Fact]
    public async Task What_waits_is_counted_by_name_labels_and_priority_with_the_time_of_the_oldest()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with
        {
            NewActivities = [Urgent(0, 9), Urgent(1, 0), Urgent(2, 0), Placed(3, "os=linux,gpu"), Placed(4, "gpu"), Urgent(5, 0) with { Name = "Other" }],
        });
        IReadOnlyList<WaitingActivities> first = await CountAsync(100);
        DateTimeOffset scheduled = first[0].Oldest;
        Assert.All(first, waiting => Assert.Equal(scheduled, waiting.Oldest));

        await Place.LetTimePassAsync(LeaseTime / 2);
        Running other = await StartAsync("b", session);
        await CommitAsync(other.Turn() with { NewActivities = [Urgent(0, 9), Urgent(1, 3)] });

        DateTimeOffset later = scheduled + (LeaseTime / 2);
        Assert.Equal(
        [
            new("Activity", LabelSet.Empty, 0, 2, scheduled), new("Activity", LabelSet.Empty, 3, 1, later), new("Activity", LabelSet.Empty, 9, 2, scheduled),
            new("Activity", LabelSet.Parse("gpu"), 5, 1, scheduled), new("Activity", LabelSet.Parse("gpu,os=linux"), 5, 1, scheduled),
            new("Other", LabelSet.Empty, 0, 1, scheduled),
        ],
        await CountAsync(100));
    }

    [Fact]
    public async Task What_a_node_holds_does_not_wait()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with { NewActivities = Activities(5), LeaseActivities = 2 });
        Assert.Equal(3, Assert.Single(await CountAsync(100)).Count);
        LeasedActivity leased = Assert.Single(await Hub.LeaseActivitiesAsync(session, ActivitySelection.All, 1, s_never));
        Assert.Equal(2, Assert.Single(await CountAsync(100)).Count);
        await Hub.CompleteActivityAsync(leased.Lease, Bytes("done"), s_never);
        Assert.Equal(2, Assert.Single(await CountAsync(100)).Count);
        await Hub.LeaseActivitiesAsync(session, ActivitySelection.All, 9, s_never);
        Assert.Empty(await CountAsync(100));
    }

    [Fact]
    public async Task Of_more_than_the_bound_each_queue_counts_its_first()
    {
        long session = await OpenSessionAsync();
        Running instance = await StartAsync("a", session);
        await CommitAsync(instance.Turn() with
        {
            NewActivities =
            [
                .. Enumerable.Range(0, 20).Select(static task => Urgent(task, task % 2 == 0 ? 0 : 9)),
                .. Enumerable.Range(20, 3).Select(static task => Placed(task, "gpu")),
            ],
        });

        Assert.Equal([(0, 10L), (9, 10L), (5, 3L)], (await CountAsync(46)).Select(static waiting => (waiting.Priority, waiting.Count)));
        Assert.Equal([(0, 2L), (9, 10L), (5, 3L)], (await CountAsync(25)).Select(static waiting => (waiting.Priority, waiting.Count)));
        Assert.Equal([(9, 4L), (5, 3L)], (await CountAsync(8)).Select(static waiting => (waiting.Priority, waiting.Count)));
        Assert.Equal([(9, 1L), (5, 1L)], (await CountAsync(1)).Select(static waiting => (waiting.Priority, waiting.Count)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => CountAsync(0));
    }

    private async Task<IReadOnlyList<WaitingActivities>> CountAsync(int most) =>
    [
        .. (await Backlog.CountWaitingAsync(most, s_never))
            .OrderBy(static waiting => waiting.Name, StringComparer.Ordinal).ThenBy(static waiting => waiting.RunsOn.Text, StringComparer.Ordinal)
            .ThenBy(static waiting => waiting.Priority),
    ];
}
