using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Retries by policy and by handler.</summary>
public abstract class RetryTests(bool live) : EngineTests(live)
{
    private int _attempts;

    [Fact]
    public async Task A_policy_tries_again_until_it_succeeds()
    {
        FailFirst(2);
        await StartAsync(new RetryPolicy(5, TimeSpan.FromMilliseconds(1)));

        Assert.Equal("attempt 3", await Node.ResultAsync<string>("Try"));
        Assert.Equal(3, _attempts);
    }

    [Fact]
    public async Task A_policy_gives_up_after_its_attempts_with_the_last_failure()
    {
        FailFirst(int.MaxValue);
        await StartAsync(new RetryPolicy(3, TimeSpan.FromMilliseconds(1)));

        OrchestrationMetadata end = await Node.RunAsync("Try");
        Assert.Equal("attempt 3 failed", end.FailureDetails!.InnerFailure!.ErrorMessage);
        Assert.Equal(3, _attempts);
    }

    [Fact]
    public async Task The_delays_of_a_policy_grow_up_to_their_limit_and_are_durable_timers()
    {
        FailFirst(5);
        await StartAsync(new RetryPolicy(6, TimeSpan.FromMilliseconds(4), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMilliseconds(12)));

        string id = (await Node.RunAsync("Try")).InstanceId;
        double[] delays = [.. (await Node.TurnsAsync(id)).SelectMany(
            turn => turn.Decided.OfType<TimerCreated>().Select(timer => (timer.FireAt - turn.At).TotalMilliseconds))];
        Assert.Equal([4, 8, 12, 12, 12], delays);
    }

    [Fact]
    public async Task A_policy_without_a_longest_interval_may_wait_longer_than_time_can_tell()
    {
        FailFirst(int.MaxValue);
        await StartAsync(new RetryPolicy(
            9, TimeSpan.FromMilliseconds(1), backoffCoefficient: 1e300, maxRetryInterval: Timeout.InfiniteTimeSpan));

        string id = await Node.ScheduleAsync("Try");
        await Wait.UntilAsync(async () => (await Node.HistoryAsync(id)).OfType<TimerCreated>().Count() == 2);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Node.FindAsync(id))!.RuntimeStatus);
    }

    [Fact]
    public async Task A_policy_stops_when_its_time_is_over()
    {
        var time = new ShiftedTime();
        Node.Time = time;
        Node.Activity<string, string>("Flaky", _ =>
        {
            time.Shift(TimeSpan.FromHours(1));
            throw new BrokenException($"attempt {++_attempts} failed");
        });
        await StartAsync(new RetryPolicy(1_000, TimeSpan.FromMilliseconds(1), retryTimeout: TimeSpan.FromHours(2.5)));

        Assert.Equal("attempt 3 failed", (await Node.RunAsync("Try")).FailureDetails!.InnerFailure!.ErrorMessage);
    }

    [Fact]
    public async Task A_policy_asks_which_failures_to_handle()
    {
        FailFirst(int.MaxValue);
        await StartAsync(new RetryPolicy(9, TimeSpan.FromMilliseconds(1))
        {
            HandleFailure = failure => failure.IsCausedBy<BrokenException>() && failure.ErrorMessage != "attempt 2 failed",
        });

        Assert.Equal("attempt 2 failed", (await Node.RunAsync("Try")).FailureDetails!.InnerFailure!.ErrorMessage);
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task A_handler_decides_and_is_told_what_happened()
    {
        FailFirst(int.MaxValue);
        var told = new List<string>();
        await StartAsync(TaskOptions.FromRetryHandler(retry =>
        {
            if (!retry.OrchestrationContext.IsReplaying)
            {
                told.Add($"{retry.LastAttemptNumber}: {retry.LastFailure.ErrorMessage}");
            }

            return retry.LastAttemptNumber < 3;
        }).Retry!);

        Assert.Equal("attempt 3 failed", (await Node.RunAsync("Try")).FailureDetails!.InnerFailure!.ErrorMessage);
        Assert.Equal(["1: attempt 1 failed", "2: attempt 2 failed", "3: attempt 3 failed"], told);
    }

    [Fact]
    public async Task An_asynchronous_handler_may_wait_for_a_durable_timer()
    {
        FailFirst(1);
        await StartAsync(TaskOptions.FromRetryHandler(async retry =>
        {
            await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            return retry.TotalRetryTime < TimeSpan.FromDays(1);
        }).Retry!);

        Assert.Equal("attempt 2", await Node.ResultAsync<string>("Try"));
    }

    [Fact]
    public async Task A_sub_orchestration_is_tried_again_under_the_same_id()
    {
        Node.Orchestrator("Child", _ => ++_attempts < 3
            ? throw new BrokenException($"attempt {_attempts} failed")
            : Task.FromResult($"attempt {_attempts}"));
        Node.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>(
            "Child", new SubOrchestrationOptions(new TaskRetryOptions(new RetryPolicy(5, TimeSpan.FromMilliseconds(1))), "again")));
        Node.Options.ShadowReplayEvery = 0; // The child counts its own runs, a replay would be one.
        Node.Options.MaxLiveInstances = 1_000;
        await Node.StartAsync();

        Assert.Equal("attempt 3", await Node.ResultAsync<string>("Parent"));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await Node.FindAsync("again"))!.RuntimeStatus);
    }

    private void FailFirst(int failures) => Node.Activity<string, string>("Flaky", _ => ++_attempts <= failures
        ? throw new BrokenException($"attempt {_attempts} failed")
        : $"attempt {_attempts}");

    private async Task StartAsync(TaskRetryOptions retry)
    {
        Node.Orchestrator("Try", context => context.CallActivityAsync<string>("Flaky", options: new TaskOptions(retry)));
        await Node.StartAsync();
    }

    public sealed class Live() : RetryTests(live: true);

    public sealed class Rebuilt() : RetryTests(live: false);
}
