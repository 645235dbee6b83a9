namespace FuncExec.HubContract;

public abstract partial class HubContract
{
    private static readonly DateTimeOffset s_due = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Timers_are_read_in_the_order_in_which_they_are_due()
    {
        long session = await OpenSessionAsync();
        Running a = await StartAsync("a", session);
        Running b = await StartAsync("b", session);
        await CommitAsync(b.Turn() with { NewTimers = [b.Timer(2, s_due), b.Timer(1, s_due), b.Timer(9, s_due.AddSeconds(-1))] });
        await CommitAsync(a.Turn() with { NewTimers = [a.Timer(3, s_due), a.Timer(4, s_due.AddMilliseconds(1))] });

        Assert.Equal(
            [
                new(b.Timer(9, s_due.AddSeconds(-1)), "b"), new(a.Timer(3, s_due), "a"), new(b.Timer(1, s_due), "b"),
                new(b.Timer(2, s_due), "b"), new StoredTimer(a.Timer(4, s_due.AddMilliseconds(1)), "a"),
            ],
            await ReadTimersAsync(session));
    }

    [Fact]
    public async Task Timers_are_read_in_pages_strictly_after_a_cursor_and_up_to_a_time()
    {
        long session = await OpenSessionAsync();
        Running a = await StartAsync("a", session);
        TimerKey[] timers = [.. Enumerable.Range(0, 10).Select(i => a.Timer(i, s_due.AddSeconds(i / 3)))];
        await CommitAsync(a.Turn() with { NewTimers = timers });

        var read = new List<TimerKey>();
        IReadOnlyList<StoredTimer> page;
        while ((page = await Hub.ReadTimersAsync(
            session, read.Count == 0 ? default : read[^1], s_due.AddSeconds(2), 2, s_never)).Count > 0)
        {
            Assert.True(page.Count <= 2);
            read.AddRange(page.Select(timer => timer.Key));
        }

        Assert.Equal(timers[..9], read);
    }

    [Fact]
    public async Task A_timer_is_stored_in_milliseconds_and_never_early()
    {
        long session = await OpenSessionAsync();
        Running a = await StartAsync("a", session);
        DateTimeOffset between = s_due.AddTicks(1);
        await CommitAsync(a.Turn() with { NewTimers = [a.Timer(1, between)] });

        DateTimeOffset rounded = Assert.Single(await ReadTimersAsync(session)).Key.FireAt;
        Assert.Equal(s_due.AddMilliseconds(1), rounded);
        Assert.Empty(await Hub.ReadTimersAsync(session, default, rounded.AddTicks(-1), 10, s_never));
        Assert.Single(await Hub.ReadTimersAsync(session, default, rounded, 10, s_never));
        Assert.Single(await Hub.ReadTimersAsync(session, a.Timer(9, rounded.AddTicks(-1)), rounded, 10, s_never));

        await CommitAsync((a with { Version = 2 }).Turn() with { RemovedTimers = [a.Timer(1, between)] });
        Assert.Empty(await ReadTimersAsync(session));
    }

    [Fact]
    public async Task A_timer_may_be_due_at_the_end_of_time()
    {
        long session = await OpenSessionAsync();
        Running a = await StartAsync("a", session);

        await CommitAsync(a.Turn() with { NewTimers = [a.Timer(1, DateTimeOffset.MaxValue), a.Timer(2, DateTimeOffset.MinValue)] });

        Assert.Equal([1], (await ReadTimersAsync(session)).Select(timer => timer.Key.TimerId).Where(id => id == 1));
        await CommitAsync((a with { Version = 2 }).Turn() with { RemovedTimers = [a.Timer(1, DateTimeOffset.MaxValue)] });
        Assert.DoesNotContain(await ReadTimersAsync(session), timer => timer.Key.TimerId == 1);
    }

    [Fact]
    public async Task Timers_of_instances_that_another_live_session_holds_are_not_read()
    {
        long session = await OpenSessionAsync();
        long other = await OpenSessionAsync();
        Running own = await StartAsync("own", session);
        Running theirs = await StartAsync("theirs", other);
        await CommitAsync(own.Turn() with { NewTimers = [own.Timer(1, s_due)] });
        await CommitAsync(theirs.Turn() with { NewTimers = [theirs.Timer(1, s_due)] });

        Assert.Equal(["own"], (await ReadTimersAsync(session)).Select(timer => timer.InstanceId));
        await Hub.CloseSessionAsync(other, s_never);
        Assert.Equal(["own", "theirs"], (await ReadTimersAsync(session)).Select(timer => timer.InstanceId));
    }
}
