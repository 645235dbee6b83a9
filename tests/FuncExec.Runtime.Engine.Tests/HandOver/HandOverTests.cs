using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Hubs;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine.Tests.HandOver;

/// <summary>
/// What a commit stored is worked on although its answer was lost or came late. The slow poll is off: only the engine's
/// own care brings these instances to their ends.
/// </summary>
public sealed class HandOverTests : IAsyncLifetime
{
    private readonly Node _node = new();

    public HandOverTests() => _node.Options.SafetyPollInterval = TimeSpan.FromDays(1);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_generation_whose_beginning_was_never_answered_goes_on()
    {
        _node.Orchestrator("eternal", async context =>
        {
            int round = context.GetInput<int>();
            if (round == 0)
            {
                await context.WaitForExternalEvent<int>("next");
                context.ContinueAsNew(round + 1);
            }

            return round;
        });
        LoseFirstAnswer(static commit => commit.Next is not null);
        await _node.StartAsync();

        string id = await _node.ScheduleAsync("eternal", 0);
        await _node.StartOfAsync(id);
        await _node.Client.RaiseEventAsync(id, "next", 1);

        Assert.Equal(1, (await _node.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_message_for_the_generation_before_does_not_stop_the_next()
    {
        var continued = new Signal();
        var told = new Signal();
        _node.Orchestrator("parent", async context =>
        {
            int round = context.GetInput<int>();
            if (round == 0)
            {
                _ = context.CallSubOrchestratorAsync<int>("child", options: new SubOrchestrationOptions(instanceId: "child"));
                await context.WaitForExternalEvent<int>("next");
                context.ContinueAsNew(1);
            }

            return round;
        });
        _node.Orchestrator("child", async context => await context.WaitForExternalEvent<int>("end"));
        _node.Decorate = hub => WatchedHub.Over(hub, async (method, arguments, call) =>
        {
            if (method == nameof(IHub.CommitTurnAsync) && ((TurnCommit)arguments[0]!).Next is not null)
            {
                continued.Set();
                await told.WaitAsync(); // The child's completion is in the mailbox before the new generation begins.
            }

            return await call();
        });
        await _node.StartAsync();

        string id = await _node.ScheduleAsync("parent", 0);
        await _node.StartOfAsync(id);
        await _node.StartOfAsync("child");
        await _node.Client.RaiseEventAsync(id, "next", 1);
        await continued.WaitAsync();
        await _node.Client.RaiseEventAsync("child", "end", 1);
        await _node.EndOfAsync("child");
        told.Set();

        Assert.Equal(1, (await _node.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_timer_whose_commit_was_never_answered_fires()
    {
        _node.Orchestrator("sleeper", async context =>
        {
            await context.CreateTimer(TimeSpan.FromMilliseconds(300), CancellationToken.None);
            return 1;
        });
        LoseFirstAnswer(static commit => commit.NewTimers.Count > 0);
        await _node.StartAsync();

        Assert.Equal(1, await _node.ResultAsync<int>("sleeper"));
    }

    [Fact]
    public async Task Timers_fire_after_a_session_that_could_not_be_renewed()
    {
        bool hung = false;
        bool armed = false;
        _node.Options.LeaseTime = TimeSpan.FromSeconds(2);
        _node.Orchestrator("sleeper", async context =>
        {
            await context.CreateTimer(TimeSpan.FromSeconds(4), CancellationToken.None);
            return 1;
        });
        _node.Decorate = hub => WatchedHub.Over(hub, async (method, arguments, call) =>
        {
            if (method == nameof(IHub.RenewSessionAsync) && armed && !hung)
            {
                hung = true;
                await Task.Delay(Timeout.Infinite, (CancellationToken)arguments[1]!);
            }

            return await call();
        });
        await _node.StartAsync();

        string id = await _node.ScheduleAsync("sleeper");
        await _node.StartOfAsync(id);
        armed = true;

        Assert.Equal(1, (await _node.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.True(hung);
    }

    [Fact]
    public async Task An_activity_handed_over_after_its_session_was_lost_runs_under_the_new_one()
    {
        var reopened = new Signal();
        int sessions = 0;
        int calls = 0;
        _node.Options.LeaseTime = TimeSpan.FromSeconds(2);
        _node.Orchestrator("caller", context => context.CallActivityAsync<int>("one"));
        _node.Activity<object?, int>("one", static _ => 1);
        _node.Decorate = hub => WatchedHub.Over(hub, async (method, arguments, call) =>
        {
            if (method == nameof(IHub.RenewSessionAsync) && calls > 0 && sessions == 1)
            {
                await hub.CloseSessionAsync((long)arguments[0]!, CancellationToken.None);
                return false;
            }

            object? answer = await call();
            if (method == nameof(IHub.OpenSessionAsync) && Interlocked.Increment(ref sessions) == 2)
            {
                reopened.Set();
            }

            if (method == nameof(IHub.CommitTurnAsync) && ((TurnCommit)arguments[0]!).NewActivities.Count > 0
                && Interlocked.Increment(ref calls) == 1)
            {
                await reopened.WaitAsync(); // As if the process had been frozen between the commit and its answer.
            }

            return answer;
        });
        await _node.StartAsync();

        Assert.Equal(1, await _node.ResultAsync<int>("caller"));
    }

    [Fact]
    public async Task A_cancellation_callback_that_throws_does_not_end_the_heartbeat()
    {
        bool armed = false;
        int runs = 0;
        int sessions = 0;
        _node.Options.LeaseTime = TimeSpan.FromSeconds(2);
        _node.Orchestrator("caller", context => context.CallActivityAsync<int>("deaf"));
        _node.ActivityAsync<object?, int>("deaf", async (_, cancellation) =>
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                var cancelled = new TaskCompletionSource();
                using CancellationTokenRegistration registration = cancellation.Register(() =>
                {
                    cancelled.SetResult();
                    throw new InvalidOperationException("A callback of the author's.");
                });
                armed = true;
                await cancelled.Task;
            }

            return 1;
        });
        _node.Decorate = hub => WatchedHub.Over(hub, async (method, arguments, call) =>
        {
            if (method == nameof(IHub.RenewSessionAsync) && armed && sessions == 1)
            {
                await hub.CloseSessionAsync((long)arguments[0]!, CancellationToken.None);
                return false;
            }

            object? answer = await call();
            if (method == nameof(IHub.OpenSessionAsync))
            {
                Interlocked.Increment(ref sessions);
            }

            return answer;
        });
        await _node.StartAsync();

        Assert.Equal(1, await _node.ResultAsync<int>("caller"));
        Assert.True(_node.Engine.IsReady, _node.Engine.NotReadyReason);
    }

    [Fact]
    public async Task A_node_stops_though_an_activity_ignores_its_token()
    {
        var started = new Signal();
        var never = new TaskCompletionSource<int>();
        _node.Options.DrainTimeout = TimeSpan.FromMilliseconds(200);
        _node.Orchestrator("caller", context => context.CallActivityAsync<int>("deaf"));
        _node.ActivityAsync<object?, int>("deaf", (_, _) =>
        {
            started.Set();
            return never.Task;
        });
        await _node.StartAsync();
        await _node.ScheduleAsync("caller");
        await started.WaitAsync();

        await _node.StopAsync().WaitAsync(Wait.Limit);
        never.SetResult(1);
    }

    [Fact]
    public async Task Activities_of_a_purged_instance_do_not_hide_those_behind_them()
    {
        var gate = new Signal();
        _node.Options.ActivityPrefetch = 4;
        _node.Options.MaxConcurrentActivities = 2;
        _node.Orchestrator("slow", context => Task.WhenAll(Enumerable.Range(0, 100).Select(_ => context.CallActivityAsync<int>("gated"))));
        _node.Orchestrator("quick", async context =>
            (await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => context.CallActivityAsync<int>("one")))).Sum());
        int started = 0;
        _node.ActivityAsync<object?, int>("gated", async (_, cancellation) =>
        {
            Interlocked.Increment(ref started);
            await gate.WaitAsync(cancellation);
            return 0;
        });
        _node.Activity<object?, int>("one", static _ => 1);
        await _node.StartAsync();

        string slow = await _node.ScheduleAsync("slow");
        await _node.StartOfAsync(slow);
        string quick = await _node.ScheduleAsync("quick");
        await _node.StartOfAsync(quick);
        await _node.Client.TerminateInstanceAsync(slow);
        await _node.EndOfAsync(slow);
        await _node.Client.PurgeInstanceAsync(slow);
        gate.Set();

        Assert.Equal(5, (await _node.EndOfAsync(quick)).ReadOutputAs<int>());
        Assert.InRange(started, 0, 2); // Those that had a place when the instance was purged; none after.
    }

    [Fact]
    public async Task A_failure_from_far_below_reaches_the_top()
    {
        _node.Orchestrator("nest", async context =>
        {
            int depth = context.GetInput<int>();
            return depth == 0 ? throw new InvalidOperationException("leaf") : await context.CallSubOrchestratorAsync<int>("nest", depth - 1);
        });
        await _node.StartAsync();

        OrchestrationMetadata end = await _node.RunAsync("nest", 70);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(typeof(TaskFailedException).FullName, end.FailureDetails!.ErrorType);
    }

    private void LoseFirstAnswer(Func<TurnCommit, bool> of)
    {
        int lost = 0;
        _node.Decorate = hub => WatchedHub.Over(hub, async (method, arguments, call) =>
        {
            object? answer = await call();
            return method == nameof(IHub.CommitTurnAsync) && of((TurnCommit)arguments[0]!) && Interlocked.Increment(ref lost) == 1
                ? throw new HubUnavailableException("The answer was lost.")
                : answer;
        });
    }
}
