using System.Collections.Concurrent;
using FuncExec.Runtime.Functions.Tests.Apps;
using FuncExec.Runtime.Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FuncExec.Runtime.Functions.Tests;

public sealed class TimerTests : IDisposable
{
    private const string Hourly = "0 0 * * * *";

    private readonly TimerProbe _probe = new();
    private readonly SetClock _clock = new();
    private readonly TestDirectory _directory = new() { Kept = true };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Timer_takes_its_own_type_context_client_and_token()
    {
        ConcurrentQueue<string> seen = new();
        await using TestApp app = await StartAsync(
            "", builder => builder.UseMiddleware(async (context, next) =>
            {
                seen.Enqueue($"{context.FunctionDefinition.Name} {context.FunctionDefinition.InputBindings.GetValueOrDefault("timer")?.Type}");
                await next();
            }), typeof(TimerApp.Full), typeof(DurableApp));

        TimerInfo call = await _probe.NextAsync();

        Assert.False(call.IsPastDue);
        Assert.Null(call.ScheduleStatus); // What comes every second is not kept.
        Assert.Contains("full timerTrigger", seen);
    }

    [Theory]
    [InlineData("* * * * * *")]
    [InlineData("00:00:00.200")]
    public async Task Timer_is_called_again_and_again(string schedule)
    {
        await using TestApp app = await StartAsync(schedule, null, typeof(TimerApp.Plain));

        await _probe.NextAsync();
        await _probe.NextAsync();
        await _probe.NextAsync();
    }

    [Fact]
    public async Task Call_that_fails_is_logged_and_the_schedule_goes_on()
    {
        _probe.Does = (_, _) => throw new InvalidOperationException("no luck");
        await using TestApp app = await StartAsync("00:00:00.100", null, typeof(TimerApp.Plain));

        await _probe.NextAsync();
        await _probe.NextAsync();

        Assert.Contains(app.Log.Records, record => record.Level == LogLevel.Error && record.Text.Contains("Timer function tick failed", StringComparison.Ordinal) && record.Text.Contains("no luck", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Timer_never_overlaps_itself_and_skips_what_came_meanwhile()
    {
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _probe.Does = (_, _) => open.Task;
        _clock.Set("2030-01-01T00:59:59Z");
        await using TestApp app = await StartAsync(Hourly, null, typeof(TimerApp.Plain));
        await _probe.NextAsync();

        _clock.Set("2030-01-01T05:30:00Z"); // Four more would have been due.
        open.SetResult();
        await TestApp.WaitForAsync(() => File.ReadAllText(JournalOf("tick")).Contains("2030-01-01T06:00:00", StringComparison.Ordinal));
        _clock.Set("2030-01-01T05:59:59Z");
        TimerInfo next = await _probe.NextAsync();

        Assert.Equal(new DateTime(2030, 1, 1, 7, 0, 0, DateTimeKind.Utc), next.ScheduleStatus!.Next);
        Assert.Equal(0, _probe.Waiting);
        Assert.Equal(1, _probe.MostAtOnce);
    }

    [Fact]
    public async Task Missed_occurrence_is_made_up_for_once_after_a_restart()
    {
        _clock.Set("2030-01-01T00:30:00Z");
        await StartAndStopAsync(typeof(TimerApp.Plain));
        _clock.Set("2030-01-01T09:59:58.5Z");

        await using (TestApp app = await StartAsync(Hourly, null, typeof(TimerApp.Plain)))
        {
            TimerInfo late = await _probe.NextAsync();
            TimerInfo onTime = await _probe.NextAsync();

            Assert.True(late.IsPastDue);
            Assert.Equal(default, late.ScheduleStatus!.Last);
            Assert.False(onTime.IsPastDue);
            Assert.InRange(onTime.ScheduleStatus!.Last, new DateTime(2030, 1, 1, 9, 59, 58, DateTimeKind.Utc), new DateTime(2030, 1, 1, 10, 0, 0, DateTimeKind.Utc));
            Assert.Equal(new DateTime(2030, 1, 1, 11, 0, 0, DateTimeKind.Utc), onTime.ScheduleStatus.Next);
            Assert.True(app.Log.Has("missed 2030-01-01 01:00:00Z"));
        }

        _clock.Set("2030-01-01T10:30:00Z");
        await using TestApp last = await StartAsync(Hourly, null, typeof(TimerApp.Plain), typeof(TimerApp.AtStart));
        Assert.Equal(DateTime.MinValue, (await _probe.NextAsync()).ScheduleStatus!.Last); // The other function's: nothing was missed.
    }

    [Fact]
    public async Task Unmonitored_timer_and_another_schedule_make_up_for_nothing()
    {
        _clock.Set("2030-01-01T00:30:00Z");
        await StartAndStopAsync(typeof(TimerApp.Plain), typeof(TimerApp.Unmonitored));
        _clock.Set("2030-01-01T09:59:59Z");

        await using TestApp app = await StartAsync("0 0 */2 * * *", null, typeof(TimerApp.Plain), typeof(TimerApp.Unmonitored));
        TimerInfo[] calls = [await _probe.NextAsync(), await _probe.NextAsync()];

        Assert.All(calls, call => Assert.False(call.IsPastDue));
        Assert.Single(calls, call => call.ScheduleStatus is null);
        Assert.False(File.Exists(JournalOf("forgetful")));
    }

    [Fact]
    public async Task Timer_may_be_called_at_start()
    {
        await using TestApp app = await StartAsync("", null, typeof(TimerApp.AtStart));

        Assert.False((await _probe.NextAsync()).IsPastDue);
    }

    [Fact]
    public async Task Clock_set_forward_causes_one_call_and_set_back_no_stall()
    {
        _clock.Set("2030-01-10T00:30:00Z");
        await using TestApp app = await StartAsync(Hourly, null, typeof(TimerApp.Plain));
        await TestApp.WaitForAsync(() => File.Exists(JournalOf("tick")));

        _clock.Set("2030-01-11T00:30:00Z");
        Assert.Equal(new DateTime(2030, 1, 11, 1, 0, 0, DateTimeKind.Utc), (await _probe.NextAsync()).ScheduleStatus!.Next);
        await TestApp.WaitForAsync(() => File.ReadAllText(JournalOf("tick")).Contains("2030-01-11T01:00:00", StringComparison.Ordinal));

        _clock.Set("2030-01-03T07:59:57Z"); // A week back: the next hour is soon again.
        Assert.Equal(new DateTime(2030, 1, 3, 9, 0, 0, DateTimeKind.Utc), (await _probe.NextAsync()).ScheduleStatus!.Next);
        Assert.Equal(0, _probe.Waiting);
    }

    [Fact]
    public async Task Clock_set_back_while_the_app_is_down_is_no_stall()
    {
        _clock.Set("2030-01-10T00:30:00Z");
        await StartAndStopAsync(typeof(TimerApp.Plain));
        _clock.Set("2030-01-03T07:59:58Z");

        await using TestApp app = await StartAsync(Hourly, null, typeof(TimerApp.Plain));

        Assert.False((await _probe.NextAsync()).IsPastDue);
    }

    [Fact]
    public async Task Stop_cancels_the_call_and_a_monitored_one_is_made_up_for()
    {
        Task? call = null;
        _probe.Does = (_, cancellationToken) => call = Task.Delay(Timeout.Infinite, cancellationToken);
        _clock.Set("2030-01-01T00:59:59Z");
        TestApp first = await StartAsync(Hourly, null, typeof(TimerApp.Plain));
        await _probe.NextAsync();

        await first.DisposeAsync();
        Assert.True(call!.IsCanceled);

        _probe.Does = (_, _) => Task.CompletedTask;
        await using TestApp second = await StartAsync(Hourly, null, typeof(TimerApp.Plain));
        Assert.True((await _probe.NextAsync()).IsPastDue);
    }

    [Fact]
    public async Task Call_that_ends_after_the_stop_is_kept_and_not_made_up_for()
    {
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _probe.Does = (_, cancellationToken) =>
        {
            cancellationToken.Register(told.SetResult);
            return open.Task;
        };
        _clock.Set("2030-01-01T00:59:59Z");
        TestApp first = await StartAsync(Hourly, null, typeof(TimerApp.Plain));
        await _probe.NextAsync();

        Task stopping = first.DisposeAsync().AsTask();
        await told.Task.WaitAsync(TestApp.Patience);
        open.SetResult();
        await stopping;

        Assert.Contains("2030-01-01T02:00:00", await File.ReadAllTextAsync(JournalOf("tick")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_past_the_time_limit_is_told_to_end_and_not_called_again_before()
    {
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _probe.Does = (_, cancellationToken) =>
        {
            cancellationToken.Register(told.SetResult);
            return open.Task;
        };
        await using TestApp app = await StartAsync("00:00:00.050", null, """{"version":"2.0","functionTimeout":"00:00:01"}""", typeof(TimerApp.Plain));
        await _probe.NextAsync();
        await told.Task.WaitAsync(TestApp.Patience);
        Assert.Equal(0, _probe.Waiting);

        _probe.Does = (_, _) => Task.CompletedTask;
        open.SetResult();
        await _probe.NextAsync();

        Assert.Equal(1, _probe.MostAtOnce);
        Assert.True(app.Log.Has("ran longer than functionTimeout"));
    }

    [Fact]
    public async Task What_is_kept_may_be_spoilt_or_cannot_be_written()
    {
        _clock.Set("2030-01-01T00:59:59Z");
        Directory.CreateDirectory(Path.GetDirectoryName(JournalOf("tick"))!);
        await File.WriteAllTextAsync(JournalOf("tick"), "{ \"schedule\": ");
        Directory.CreateDirectory(JournalOf("tick") + ".new"); // Stands where the file is drafted.

        await using TestApp app = await StartAsync(Hourly, null, typeof(TimerApp.Plain));
        await _probe.NextAsync();

        Assert.True(app.Log.Has("the timer begins anew"));
        Assert.True(app.Log.Has("could not be kept"));
    }

    private async Task StartAndStopAsync(params Type[] types)
    {
        await using TestApp app = await StartAsync(Hourly, null, types);
        await TestApp.WaitForAsync(() => File.Exists(JournalOf("tick")));
    }

    private string JournalOf(string function) => Path.Combine(_directory.Data, "timers", function + ".json");

    private Task<TestApp> StartAsync(string schedule, Action<FunctionsApplicationBuilder>? configure, params Type[] types) =>
        StartAsync(schedule, configure, null, types);

    private Task<TestApp> StartAsync(string schedule, Action<FunctionsApplicationBuilder>? configure, string? hostJson, params Type[] types) =>
        TestApp.StartAsync(new TestAppOptions
        {
            Types = types,
            Directory = _directory,
            HostJson = hostJson,
            Arguments = ["--SCHEDULE", schedule],
            Configure = builder =>
            {
                builder.Services.AddSingleton(_probe).AddSingleton<TimeProvider>(_clock);
                configure?.Invoke(builder);
            },
        });
}
