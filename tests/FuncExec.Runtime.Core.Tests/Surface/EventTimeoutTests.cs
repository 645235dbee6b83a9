using Microsoft.DurableTask;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class EventTimeoutTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task An_event_in_time_is_returned_and_its_timer_taken_back()
    {
        FakeContext context = new();
        Task<string> wait = context.WaitForExternalEvent<string>("approve", _limit);
        Assert.Equal(context.CurrentUtcDateTime + _limit, context.TimerSetFor);

        context.RaiseEvent("yes");

        Assert.Equal("yes", await wait);
        Assert.True(context.TimerIsCancelled);
    }

    [Fact]
    public async Task When_the_time_is_up_the_wait_is_cancelled()
    {
        FakeContext context = new();
        Task<string> wait = context.WaitForExternalEvent<string>("approve", _limit);

        context.FireTimer();

        await Assert.ThrowsAsync<TaskCanceledException>(() => wait);
        Assert.True(wait.IsCanceled);
        Assert.True(context.WaitIsCancelled);
        Assert.False(context.TimerIsCancelled);
    }

    [Fact]
    public async Task The_callers_token_ends_the_wait_and_its_timer()
    {
        FakeContext context = new();
        using CancellationTokenSource caller = new();
        Task<string> wait = context.WaitForExternalEvent<string>("approve", _limit, caller.Token);

        caller.Cancel();

        await Assert.ThrowsAsync<TaskCanceledException>(() => wait);
        Assert.True(context.WaitIsCancelled);
        Assert.True(context.TimerIsCancelled);
    }

    [Fact]
    public async Task An_event_that_was_there_already_wins_over_a_timer_that_has_fired()
    {
        FakeContext context = new();
        context.FireTimer();
        context.RaiseEvent(42);

        Assert.Equal(42, await context.WaitForExternalEvent<int>("approve", _limit));
    }

    [Fact]
    public async Task A_wait_that_fails_leaves_no_timer_behind()
    {
        FakeContext context = new() { WaitFailure = new InvalidCastException("not a number") };

        await Assert.ThrowsAsync<InvalidCastException>(() => context.WaitForExternalEvent<int>("approve", _limit));
        Assert.True(context.TimerIsCancelled);
    }

    [Fact]
    public async Task A_timer_that_fails_is_not_taken_for_a_timeout()
    {
        FakeContext context = new();
        Task<string> wait = context.WaitForExternalEvent<string>("approve", _limit);

        context.FailTimer(new InvalidOperationException("no timers today"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => wait);
        Assert.True(context.WaitIsCancelled);
    }
}
