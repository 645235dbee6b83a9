namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_instance_that_begins_later_is_pending_and_has_nothing_to_do_but_a_timer(bool asChild)
    {
        long session = await OpenSessionAsync();
        NewInstance instance = New("later") with { StartAt = s_due.AddTicks(1) };
        if (asChild)
        {
            Running parent = await StepAsync(await StartAsync("parent", session));
            await CommitAsync(parent.Turn() with { Children = [instance], LeaseChildren = true });
        }
        else
        {
            await Hub.CreateInstanceAsync(instance, session, s_never);
        }

        await Hub.CloseSessionAsync(session, s_never);
        await ReopenAsync();
        long next = await OpenSessionAsync();
        InstanceRecord record = await FindAsync("later");
        Assert.Equal(InstanceStatus.Pending, record.Status);
        Assert.Empty(await ReadReadyAsync(next));
        StoredTimer timer = Assert.Single(await ReadTimersAsync(next));
        Assert.Equal(new StoredTimer(new TimerKey(s_due.AddMilliseconds(1), record.Key, NewInstance.StartTimer), "later"), timer);

        await SendAsync("later", "message");
        Assert.Equal(["later"], await ReadReadyAsync(next));
    }

    [Fact]
    public async Task A_turn_of_an_instance_that_begins_later_may_leave_it_pending_and_one_may_begin_it()
    {
        long session = await OpenSessionAsync();
        NewInstance later = New("later") with { StartAt = s_due };
        var created = Assert.IsType<CreateOutcome.Created>(await Hub.CreateInstanceAsync(later, session, s_never));
        var instance = new Running(created.Lease!, session, later.Generation, 1);

        await CommitAsync(instance.Turn(InstanceStatus.Suspended));
        await CommitAsync((instance with { Version = 2 }).Turn(InstanceStatus.Pending));
        Assert.Empty(await ReadReadyAsync(session));
        Assert.Single(await ReadTimersAsync(session));
        await CommitAsync((instance with { Version = 3 }).Turn() with { RemovedTimers = [instance.Timer(NewInstance.StartTimer, s_due)] });
        Assert.Empty(await ReadTimersAsync(session));
        Assert.Equal(InstanceStatus.Running, (await FindAsync("later")).Status);
    }

    [Theory]
    [InlineData(InstanceStatus.Completed)]
    [InlineData(InstanceStatus.Failed)]
    [InlineData(InstanceStatus.Terminated)]
    public async Task A_finished_instance_whose_status_is_kept_is_not_overwritten(InstanceStatus status)
    {
        long session = await OpenSessionAsync();
        Running old = await StartAsync("a", session);
        await CommitAsync(old.Turn(status));
        InstanceStatus[] others = [.. new[] { InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated }.Where(other => other != status)];

        string before = await DescribeAsync(session);
        Assert.Equal(new CreateOutcome.InUse(status), await Hub.CreateInstanceAsync(New("a") with { KeptStatuses = [status] }, session, s_never));
        Assert.Equal(before, await DescribeAsync(session));
        Assert.IsType<CreateOutcome.Created>(await Hub.CreateInstanceAsync(New("a") with { KeptStatuses = others }, session, s_never));
    }
}
