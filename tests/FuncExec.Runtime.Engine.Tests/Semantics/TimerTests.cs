using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Durable timers.</summary>
public abstract class TimerTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task A_timer_fires_no_earlier_than_its_time()
    {
        Node.Orchestrator("Sleep", async context =>
        {
            DateTime due = context.CurrentUtcDateTime.AddTicks(200_001);
            await context.CreateTimer(due, CancellationToken.None);
            return context.CurrentUtcDateTime >= due;
        });
        await Node.StartAsync();

        Assert.True(await Node.ResultAsync<bool>("Sleep"));
    }

    [Fact]
    public async Task A_timer_of_the_past_fires_at_once()
    {
        Node.Orchestrator("Past", async context =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(-400), CancellationToken.None);
            await context.CreateTimer(TimeSpan.Zero, CancellationToken.None);
            await context.CreateTimer(DateTime.MinValue, CancellationToken.None);
            return "done";
        });
        await Node.StartAsync();

        Assert.Equal("done", await Node.ResultAsync<string>("Past"));
    }

    [Fact]
    public async Task A_cancelled_timer_is_removed_from_the_store()
    {
        Node.Orchestrator("Cancel", async context =>
        {
            using var cancellation = new CancellationTokenSource();
            Task timer = context.CreateTimer(TimeSpan.FromMinutes(10), cancellation.Token);
            await context.WaitForExternalEvent<string>("Stop");
            cancellation.Cancel();
            string state = timer.IsCanceled ? "cancelled" : "not cancelled";
            context.SetCustomStatus(state);
            await context.WaitForExternalEvent<string>("End");
            return state;
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Cancel");
        await Node.StartOfAsync(id);
        Assert.Single(await StoredTimersAsync());

        await Node.Client.RaiseEventAsync(id, "Stop");
        await Node.ShowsAsync(id, "cancelled");
        Assert.Empty(await StoredTimersAsync());
        await Node.Client.RaiseEventAsync(id, "End");
        Assert.Equal("cancelled", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_timer_that_is_cancelled_in_its_own_turn_is_never_stored()
    {
        Node.Orchestrator("Cancel", async context =>
        {
            using var cancellation = new CancellationTokenSource();
            Task timer = context.CreateTimer(TimeSpan.FromMinutes(10), cancellation.Token);
            cancellation.Cancel();
            Task before = context.CreateTimer(TimeSpan.FromMinutes(10), cancellation.Token);
            await context.WaitForExternalEvent<string>("End");
            return timer.IsCanceled && before.IsCanceled;
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Cancel");
        await Node.StartOfAsync(id);

        Assert.Empty(await StoredTimersAsync());
        await Node.Client.RaiseEventAsync(id, "End");
        Assert.True((await Node.EndOfAsync(id)).ReadOutputAs<bool>());
    }

    [Fact]
    public async Task The_end_of_an_instance_takes_its_timers_with_it()
    {
        Node.Orchestrator("Leave", async context =>
        {
            _ = context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        });
        await Node.StartAsync();

        await Node.RunAsync("Leave");
        Assert.Empty(await StoredTimersAsync());
    }

    [Fact]
    public async Task A_timer_may_be_years_away()
    {
        var time = new ShiftedTime();
        Node.Time = time;
        Node.Orchestrator("Sleep", async context =>
        {
            DateTime due = context.CurrentUtcDateTime.AddYears(250);
            await context.CreateTimer(due, CancellationToken.None);
            return context.CurrentUtcDateTime - due;
        });
        Node.Orchestrator("Forever", context => context.CreateTimer(DateTime.MaxValue, CancellationToken.None));
        await Node.StartAsync();
        string forever = await Node.ScheduleAsync("Forever");
        string id = await Node.ScheduleAsync("Sleep");
        await Node.StartOfAsync(id);
        await Node.StartOfAsync(forever);

        time.Shift(TimeSpan.FromDays(365.25 * 251));
        Assert.InRange((await Node.EndOfAsync(id)).ReadOutputAs<TimeSpan>(), TimeSpan.Zero, TimeSpan.FromDays(500));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Node.FindAsync(forever))!.RuntimeStatus);
    }

    [Fact]
    public async Task Timers_fire_in_the_order_of_their_times()
    {
        Node.Orchestrator("Order", async context =>
        {
            DateTime start = context.CurrentUtcDateTime;
            var fired = new List<int>();
            await Task.WhenAll(new[] { 30, 10, 20, 0 }.Select(FireAsync));
            return fired;

            async Task FireAsync(int delay)
            {
                await context.CreateTimer(start.AddMilliseconds(delay), CancellationToken.None);
                fired.Add(delay);
            }
        });
        await Node.StartAsync();

        Assert.Equal([0, 10, 20, 30], await Node.ResultAsync<List<int>>("Order"));
    }

    [Fact]
    public async Task Many_timers_each_fire_once()
    {
        Node.Orchestrator("Many", async context =>
        {
            await Task.WhenAll(Enumerable.Range(0, 300).Select(n => context.CreateTimer(TimeSpan.FromMilliseconds(n % 40), CancellationToken.None)));
            return "all";
        });
        await Node.StartAsync();

        OrchestrationMetadata end = await Node.RunAsync("Many");
        int[] fired = [.. (await Node.HistoryAsync(end.InstanceId)).OfType<TimerFired>().Select(timer => timer.Id)];
        Assert.Equal(Enumerable.Range(0, 300), fired.Order());
    }

    [Fact]
    public async Task The_time_within_a_turn_stands_still_and_never_goes_back()
    {
        var time = new ShiftedTime();
        Node.Time = time;
        Node.Activity<string, string>("SetBack", _ =>
        {
            time.Shift(TimeSpan.FromHours(-1));
            return "";
        });
        Node.Orchestrator("Times", async context =>
        {
            var times = new List<DateTime>();
            for (int i = 0; i < 3; i++)
            {
                times.Add(context.CurrentUtcDateTime);
                times.Add(context.CurrentUtcDateTime);
                await context.CallActivityAsync("SetBack");
            }

            return times;
        });
        await Node.StartAsync();

        OrchestrationMetadata end = await Node.RunAsync("Times");
        DateTime[] times = end.ReadOutputAs<DateTime[]>()!;
        Assert.Equal(times.Order(), times);
        Assert.Equal([times[0], times[2], times[4]], new[] { times[1], times[3], times[5] });
        Assert.All(times, at => Assert.Equal(DateTimeKind.Utc, at.Kind));
        DateTime[] turns = [.. (await Node.TurnsAsync(end.InstanceId)).Select(turn => turn.At)];
        Assert.Equal(turns.Order(), turns);
    }

    private async Task<IReadOnlyList<StoredTimer>> StoredTimersAsync() =>
        await Node.StoreAsync(hub => hub.ReadTimersAsync(Node.Session, default, DateTimeOffset.MaxValue, 10_000, CancellationToken.None));

    public sealed class Live() : TimerTests(live: true);

    public sealed class Rebuilt() : TimerTests(live: false);
}
