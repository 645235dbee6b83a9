using System.Collections.Concurrent;
using FuncExec.Runtime.Engine.Tests.HandOver;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Failed orchestrations that go on from before their failure.</summary>
public abstract class RewindTests : EngineTests
{
    private readonly ConcurrentQueue<string> _runs = new();
    private volatile bool _works;

    protected RewindTests(bool live)
        : base(live)
    {
        Node.Activity<string, string>("Work", name =>
        {
            _runs.Enqueue(name);
            return name.StartsWith("bad", StringComparison.Ordinal) && !_works ? throw new BrokenException(name) : name;
        });
        Node.Activity<string?, string>("Spare", _ => "spare");
        Node.Orchestrator("All", async context => string.Join(' ', await Task.WhenAll(
            context.GetInput<string[]>()!.Select(name => context.CallActivityAsync<string>("Work", name)))));
        Node.Orchestrator("Parent", async context => string.Join(' ', await Task.WhenAll(
            context.GetInput<string[][]>()!.Select((names, n) => context.CallSubOrchestratorAsync<string>(
                "All", names, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-{n}"))))));
        Node.Orchestrator("Root", context => context.CallSubOrchestratorAsync<string>(
            "Parent", context.GetInput<string[][]>(), new SubOrchestrationOptions(instanceId: context.InstanceId + "-p")));
    }

    [Fact]
    public async Task What_failed_runs_again_and_what_had_ended_well_does_not()
    {
        await Node.StartAsync();
        await FailAsync("All", new[] { "a", "bad 1", "b", "bad 2" });
        await RewindAsync("one");

        OrchestrationMetadata end = await Node.EndOfAsync("one");
        Assert.Equal((OrchestrationRuntimeStatus.Completed, "a bad 1 b bad 2"), (end.RuntimeStatus, end.ReadOutputAs<string>()));
        Assert.Null(end.FailureDetails);
        Assert.Equal(["a", "b", "bad 1", "bad 1", "bad 2", "bad 2"], _runs.Order());
        IReadOnlyList<HistoryEvent> history = await Node.HistoryAsync("one");
        Assert.Equal("because", Assert.Single(history.OfType<ExecutionRewound>()).Reason);
        Assert.Empty(history.OfType<TaskFailed>());
        Assert.Equal(4, history.OfType<TaskScheduled>().Count());
        Assert.Single(history.OfType<ExecutionCompleted>());
    }

    [Fact]
    public async Task It_can_fail_again_and_be_rewound_again()
    {
        await Node.StartAsync();
        await FailAsync("All", new[] { "a", "bad" });
        await Node.Client.RewindInstanceAsync("one", "too early");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await Node.EndOfAsync("one")).RuntimeStatus);
        await RewindAsync("one");

        Assert.Equal("a bad", (await Node.EndOfAsync("one")).ReadOutputAs<string>());
        Assert.Equal(["a", "bad", "bad", "bad"], _runs.Order());
    }

    [Fact]
    public async Task A_failure_that_the_code_had_dealt_with_stays()
    {
        Node.Orchestrator("Deal", async context =>
        {
            var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromMilliseconds(1)));
            Task<string> early = context.CallActivityAsync<string>("Work", "bad early");
            string caught = "none";
            try
            {
                await context.CallActivityAsync<string>("Work", "bad caught");
            }
            catch (TaskFailedException)
            {
                caught = await context.CallActivityAsync<string>("Work", "instead");
            }

            return $"{caught}, {await early}, {await context.CallActivityAsync<string>("Work", "bad last", retry)}";
        });
        await Node.StartAsync();
        await FailAsync("Deal");
        await RewindAsync("one");
        Assert.Equal("instead, bad early, bad last", (await Node.EndOfAsync("one")).ReadOutputAs<string>());
        Assert.Equal(1, _runs.Count(run => run == "bad caught"));
        Assert.Equal(2, _runs.Count(run => run == "bad early"));
        Assert.Equal(1, _runs.Count(run => run == "instead"));
    }

    [Fact]
    public async Task A_decision_that_came_late_keeps_the_failure_that_it_was_made_on()
    {
        Node.Orchestrator("Late", async context =>
        {
            Task<string> bad = context.CallActivityAsync<string>("Work", "bad caught");
            await context.WaitForExternalEvent<string>("Word");
            string caught = "none";
            try
            {
                await bad;
            }
            catch (TaskFailedException)
            {
                caught = await context.CallActivityAsync<string>("Work", "instead");
            }

            return $"{caught} {await context.CallActivityAsync<string>("Work", "bad last")}";
        });
        await Node.StartAsync();
        await Node.ScheduleAsync("Late", id: "one");
        await Wait.UntilAsync(async () => (await Node.HistoryAsync("one")).OfType<TaskFailed>().Any());
        await Node.Client.RaiseEventAsync("one", "Word", "go");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await Node.EndOfAsync("one")).RuntimeStatus);
        await RewindAsync("one");

        Assert.Equal("instead bad last", (await Node.EndOfAsync("one")).ReadOutputAs<string>());
        Assert.Equal(["bad caught", "bad last", "bad last", "instead"], _runs.Order());
    }

    [Fact]
    public async Task Children_and_grandchildren_that_failed_are_rewound_and_the_others_are_not()
    {
        await Node.StartAsync();
        await FailAsync("Root", new[] { new[] { "a", "bad" }, new[] { "b" } });
        await RewindAsync("one");

        Assert.Equal("a bad b", (await Node.EndOfAsync("one")).ReadOutputAs<string>());
        Assert.Equal(["a", "b", "bad", "bad"], _runs.Order());
        foreach (string rewound in new[] { "one", "one-p", "one-p-0" })
        {
            Assert.Single((await Node.HistoryAsync(rewound)).OfType<ExecutionRewound>());
        }

        Assert.Empty((await Node.HistoryAsync("one-p-1")).OfType<ExecutionRewound>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_tree_is_rewound_whole_though_its_node_dies_after_each_step(int step)
    {
        int revived = 0;
        using var died = new SemaphoreSlim(0);
        Node.Decorate = inner => WatchedHub.Over(inner, async (method, _, call) =>
        {
            object? answer = await call();
            if (method == nameof(IHub.ReviveInstanceAsync) && Interlocked.Increment(ref revived) == step)
            {
                Node.Kill();
                died.Release();
                await new TaskCompletionSource().Task; // A dead node learns nothing of it.
            }

            return answer;
        });
        await Node.StartAsync();
        await FailAsync("Root", new[] { new[] { "a", "bad" }, new[] { "b" } });
        _works = true;
        Task rewind = Node.Client.RewindInstanceAsync("one", "because");
        Assert.True(await died.WaitAsync(Wait.Limit));
        if (step > 1)
        {
            await rewind; // Its own part was answered before.
        }

        await Node.CrashAndStartAsync();

        Assert.Equal("a bad b", (await Node.EndOfAsync("one")).ReadOutputAs<string>());
        Assert.Single((await Node.HistoryAsync("one-p-0")).OfType<ExecutionRewound>());
        Assert.Equal(1, _runs.Count(run => run == "a"));
    }

    [Fact]
    public async Task A_rewind_whose_answer_is_lost_goes_on_all_the_same()
    {
        Node.Decorate = inner => WatchedHub.Over(inner, async (method, _, call) =>
        {
            object? answer = await call();
            return method == nameof(IHub.ReviveInstanceAsync) ? throw new HubUnavailableException("The answer is lost.") : answer;
        });
        await Node.StartAsync();
        await FailAsync("All", new[] { "a", "bad" });
        _works = true;
        await Assert.ThrowsAsync<HubUnavailableException>(() => Node.Client.RewindInstanceAsync("one", "because"));

        Assert.Equal("a bad", (await Node.EndOfAsync("one")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Code_that_failed_by_itself_takes_its_last_step_again()
    {
        await Node.Orchestrator("Steps", context => StepsAsync(context, fixedNow: false)).StartAsync();
        await FailAsync("Steps");
        await Node.StopAsync();
        await Node.Orchestrator("Steps", context => StepsAsync(context, fixedNow: true)).StartAsync();
        await RewindAsync("one");

        Assert.Equal("a b, other", (await Node.EndOfAsync("one")).ReadOutputAs<string>());
        Assert.Equal(1, _runs.Count(run => run == "a"));
        Assert.Equal(1, _runs.Count(run => run == "b"));
        int[] ids = [.. (await Node.HistoryAsync("one")).OfType<TaskScheduled>().Select(task => task.Id)];
        Assert.Equal([0, 1, 3], ids); // What the failing step had called is another's for ever.

        async Task<string> StepsAsync(TaskOrchestrationContext context, bool fixedNow)
        {
            string text = $"{await context.CallActivityAsync<string>("Work", "a")} {await context.CallActivityAsync<string>("Work", "b")}";
            if (!fixedNow)
            {
                _ = context.CallActivityAsync<string>("Spare");
                throw new BrokenException("by itself");
            }

            return $"{text}, {await context.CallActivityAsync<string>("Work", "other")}";
        }
    }

    [Fact]
    public async Task Code_that_failed_in_its_first_step_begins_again()
    {
        await Node.Orchestrator("First", _ => Task.FromException<string>(new BrokenException("at once"))).StartAsync();
        await FailAsync("First", "input");
        await Node.StopAsync();
        await Node.Orchestrator("First", context => Task.FromResult(context.GetInput<string>())).StartAsync();
        await RewindAsync("one");

        Assert.Equal("input", (await Node.EndOfAsync("one")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task What_the_engine_ended_goes_on_once_the_orchestrator_is_there()
    {
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        await Node.StartAsync();
        await Node.ScheduleAsync("Wait", id: "one");
        await Node.StartOfAsync("one");
        await Node.StopAsync();
        await Node.Forget("Wait").StartAsync();
        await Node.Client.RaiseEventAsync("one", "Word", "lost");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await Node.EndOfAsync("one")).RuntimeStatus);
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => Node.Client.RewindInstanceAsync("one", "too early"));

        await Node.StopAsync();
        await Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word")).StartAsync();
        await RewindAsync("one");
        await Node.Client.RaiseEventAsync("one", "Word", "again");
        Assert.Equal("again", (await Node.EndOfAsync("one")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Timers_and_what_children_did_meanwhile_are_not_lost()
    {
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        Node.Orchestrator("Mixed", async context =>
        {
            Task timer = context.CreateTimer(TimeSpan.FromMilliseconds(300), CancellationToken.None);
            Task<string>[] children = [.. new[] { "ended", "open", "gone", "terminated" }.Select(
                id => context.CallSubOrchestratorAsync<string>("Wait", new SubOrchestrationOptions(instanceId: id)))];
            string first = await context.CallActivityAsync<string>("Work", "bad");
            await timer;
            return $"{first} {string.Join(' ', await Task.WhenAll(children))}";
        });
        await Node.StartAsync();
        await FailAsync("Mixed");
        foreach (string id in new[] { "ended", "gone" })
        {
            await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Running);
            await Node.Client.RaiseEventAsync(id, "Word", id);
            await Node.EndOfAsync(id);
        }

        await Node.Client.TerminateInstanceAsync("terminated");
        await Node.EndOfAsync("terminated");
        await Node.Client.PurgeInstanceAsync("gone");
        await RewindAsync("one");
        foreach (string id in new[] { "open", "gone", "terminated" })
        {
            await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Running);
            await Node.Client.RaiseEventAsync(id, "Word", id + " then");
        }

        Assert.Equal("bad ended open then gone then terminated then", (await Node.EndOfAsync("one")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task What_has_not_failed_or_cannot_be_taken_back_is_left_as_it_is()
    {
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        Node.Orchestrator("Lock", async context =>
        {
            await using IAsyncDisposable locks = await context.Entities.LockEntitiesAsync(new EntityInstanceId("counter", "a"));
            return await context.CallActivityAsync<string>("Work", "bad");
        });
        Node.Entity<Entities.Counter>("counter");
        await Node.StartAsync();
        await Node.ScheduleAsync("Wait", id: "running");
        await Node.StartOfAsync("running");
        await Node.RunAsync("All", new[] { "a" }, id: "completed");
        await FailAsync("Lock");
        await Node.RunAsync("All", new[] { "bad" }, id: "changed");

        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.RewindInstanceAsync("nobody", "why"));
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.RewindInstanceAsync("@counter@a", "why"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Node.Client.RewindInstanceAsync("running", "why"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Node.Client.RewindInstanceAsync("completed", "why"));
        InvalidOperationException locked = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => Node.Client.RewindInstanceAsync("one", "why"));
        Assert.Contains("@counter@a", locked.Message, StringComparison.Ordinal);

        await Node.StopAsync();
        await Node.Orchestrator("All", context => context.CallActivityAsync<string>("Other")).StartAsync();
        InvalidOperationException differs = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => Node.Client.RewindInstanceAsync("changed", "why"));
        Assert.Contains("does not decide", differs.Message, StringComparison.Ordinal);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await Node.FindAsync("changed"))!.RuntimeStatus);
    }

    private async Task FailAsync(string name, object? input = null) =>
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await Node.RunAsync(name, input, id: "one")).RuntimeStatus);

    private Task RewindAsync(string id)
    {
        _works = true;
        return Node.Client.RewindInstanceAsync(id, "because");
    }

    public sealed class Live() : RewindTests(live: true);

    public sealed class Rebuilt() : RewindTests(live: false);
}
