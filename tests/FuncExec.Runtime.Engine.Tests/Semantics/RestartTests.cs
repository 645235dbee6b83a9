using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Nodes that stop, die and begin again on the same store.</summary>
public abstract class RestartTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task Everything_goes_on_after_a_crash()
    {
        bool hold = true;
        Node.ActivityAsync<string, string>("Slow", async (given, cancellation) =>
        {
            if (Volatile.Read(ref hold))
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return given;
        });
        Node.Orchestrator("Child", context => context.WaitForExternalEvent<string>("Word"));
        Node.Orchestrator("All", async context =>
        {
            Task<string> activity = context.CallActivityAsync<string>("Slow", "activity");
            Task<string> child = context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions(instanceId: "child"));
            Task timer = context.CreateTimer(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            Task<string> word = context.WaitForExternalEvent<string>("Word");
            await timer;
            return $"{await activity}, {await child}, {await word}";
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("All");
        await Node.ReachesAsync("child", OrchestrationRuntimeStatus.Running);
        await Node.Client.RaiseEventAsync(id, "Word", "event");

        await Node.CrashAsync();
        Volatile.Write(ref hold, false);
        await Node.StartAsync();
        await Node.Client.RaiseEventAsync("child", "Word", "child");
        Assert.Equal("activity, child, event", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_start_tells_which_unfinished_instances_it_has_no_code_for()
    {
        foreach (string name in (string[])["Run_v1", "Run_v2", "Other_v1"])
        {
            Node.Orchestrator(name, context => context.WaitForExternalEvent<string>("Word"));
        }

        Node.Orchestrator("Run_v0", _ => Task.CompletedTask);
        await Node.StartAsync();
        await Node.EndOfAsync(await Node.ScheduleAsync("Run_v0"));
        await Node.ReachesAsync(await Node.ScheduleAsync("Run_v2"), OrchestrationRuntimeStatus.Running);
        string[] ids = [await Node.ScheduleAsync("Run_v1"), await Node.ScheduleAsync("Run_v1"), await Node.ScheduleAsync("Other_v1")];
        foreach (string id in ids)
        {
            await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Running);
        }

        await Node.Client.SuspendInstanceAsync(ids[0]);
        await Node.ReachesAsync(ids[0], OrchestrationRuntimeStatus.Suspended);
        Assert.Empty(Node.Errors);
        await Node.StopAsync();
        await Node.Forget("Run_v0").Forget("Run_v1").Forget("Other_v1").StartAsync();

        string[] errors = [.. Node.Errors];
        Assert.Equal(2, errors.Length);
        Assert.Contains($"1 unfinished instances are of the orchestrator 'Other_v1', which this build does not have: {ids[2]}.", errors[0], StringComparison.Ordinal);
        Assert.Contains("2 unfinished instances are of the orchestrator 'Run_v1'", errors[1], StringComparison.Ordinal);
        Assert.All(ids[..2], id => Assert.Contains(id, errors[1], StringComparison.Ordinal));
        Assert.Contains("This one has 'Run_v2'.", errors[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_activity_that_was_cancelled_by_the_stop_runs_again()
    {
        int runs = 0;
        var running = new Signal();
        Node.Options.DrainTimeout = TimeSpan.Zero;
        Node.ActivityAsync<string, string>("Slow", async (_, cancellation) =>
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                running.Set();
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return $"run {runs}";
        });
        Node.Orchestrator("Call", context => context.CallActivityAsync<string>("Slow"));
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Call");
        await running.WaitAsync();

        await Node.StopAsync();
        await Node.StartAsync();
        Assert.Equal("run 2", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Single((await Node.HistoryAsync(id)).OfType<TaskCompleted>());
    }

    [Fact]
    public async Task A_stop_waits_for_running_activities_and_keeps_their_results()
    {
        int runs = 0;
        var running = new Signal();
        var gate = new Signal();
        Node.ActivityAsync<string, string>("Slow", async (_, cancellation) =>
        {
            running.Set();
            await gate.WaitAsync(cancellation);
            return $"run {Interlocked.Increment(ref runs)}";
        });
        Node.Orchestrator("Call", context => context.CallActivityAsync<string>("Slow"));
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Call");
        await running.WaitAsync();

        Task stop = Node.StopAsync();
        gate.Set();
        await stop;
        await Node.StartAsync();
        Assert.Equal("run 1", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_turn_committed_just_before_the_crash_stands_and_is_not_run_again()
    {
        int runs = 0;
        Node.Activity<int, int>("Count", given => given + (0 * Interlocked.Increment(ref runs)));
        Node.Orchestrator("Steps", async context =>
        {
            int sum = 0;
            for (int i = 1; i <= 5; i++)
            {
                sum += await context.CallActivityAsync<int>("Count", i);
            }

            return sum;
        });
        await Node.StartAsync();
        var crashed = new Signal();
        int commits = 0;
        Node.AfterEachCommit(() =>
        {
            if (Interlocked.Increment(ref commits) == 3)
            {
                Node.Kill();
                crashed.Set();
            }
        });
        string id = await Node.ScheduleAsync("Steps");
        await crashed.WaitAsync();
        await Node.CrashAndStartAsync();

        Assert.Equal(15, (await Node.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.Equal([0, 1, 2, 3, 4], (await Node.HistoryAsync(id)).OfType<TaskCompleted>().Select(done => done.Id).ToList());
    }

    [Fact]
    public async Task A_sleeping_and_a_suspended_instance_are_what_they_were_after_a_restart()
    {
        var time = new ShiftedTime();
        Node.Time = time;
        Node.Orchestrator("Sleep", async context =>
        {
            context.SetCustomStatus("asleep");
            await context.CreateTimer(TimeSpan.FromDays(2), CancellationToken.None);
            return "awake";
        });
        await Node.StartAsync();
        string sleeping = await Node.ScheduleAsync("Sleep");
        string suspended = await Node.ScheduleAsync("Sleep");
        await Node.StartOfAsync(suspended);
        await Node.Client.SuspendInstanceAsync(suspended);
        await Node.ReachesAsync(suspended, OrchestrationRuntimeStatus.Suspended);
        await Node.StartOfAsync(sleeping);

        await Node.CrashAndStartAsync();
        time.Shift(TimeSpan.FromDays(3));
        Assert.Equal("awake", (await Node.EndOfAsync(sleeping)).ReadOutputAs<string>());
        OrchestrationMetadata found = (await Node.FindAsync(suspended))!;
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, found.RuntimeStatus);
        Assert.Equal("asleep", found.ReadCustomStatusAs<string>());
        await Node.Client.ResumeInstanceAsync(suspended);
        Assert.Equal("awake", (await Node.EndOfAsync(suspended)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Instances_that_were_accepted_but_never_ran_run_after_a_crash()
    {
        Node.Orchestrator("Same", context => Task.FromResult(context.GetInput<int>()));
        await Node.StartAsync();
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Node.ScheduleAsync("Same", n)));
        await Node.CrashAndStartAsync();

        OrchestrationMetadata[] ends = await Task.WhenAll(ids.Select(Node.EndOfAsync));
        Assert.Equal(Enumerable.Range(0, 200), ends.Select(end => end.ReadOutputAs<int>()));
    }

    public sealed class Live() : RestartTests(live: true);

    public sealed class Rebuilt() : RestartTests(live: false);
}
