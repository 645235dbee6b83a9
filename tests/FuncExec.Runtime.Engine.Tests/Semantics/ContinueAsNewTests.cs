using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Instances that begin anew.</summary>
public abstract class ContinueAsNewTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task A_loop_of_generations_keeps_its_history_short_and_its_creation_time()
    {
        Node.Activity<int, int>("Next", n => n + 1);
        Node.Orchestrator("Loop", async context =>
        {
            int number = await context.CallActivityAsync<int>("Next", context.GetInput<int>());
            if (number < 50)
            {
                context.ContinueAsNew(number);
            }

            return number;
        });
        await Node.StartAsync();

        DateTimeOffset before = DateTimeOffset.UtcNow;
        OrchestrationMetadata end = await Node.RunAsync("Loop", 0);
        Assert.Equal(50, end.ReadOutputAs<int>());
        Assert.Equal(49, end.ReadInputAs<int>());
        Assert.InRange(end.CreatedAt, before.AddSeconds(-1), end.LastUpdatedAt);
        Assert.Single((await Node.HistoryAsync(end.InstanceId)).OfType<TaskScheduled>());
    }

    [Fact]
    public async Task What_an_old_generation_left_behind_does_not_reach_the_new_one()
    {
        var gate = new Signal();
        var late = new Signal();
        Node.ActivityAsync<string, string>("Slow", async (_, cancellation) =>
        {
            await gate.WaitAsync(cancellation);
            late.Set();
            return "of the old generation";
        });
        Node.Activity<string, string>("Fast", _ => "of the new generation");
        Node.Orchestrator("Twice", async context =>
        {
            if (context.GetInput<int>() == 0)
            {
                _ = context.CallActivityAsync<string>("Slow");
                _ = context.CreateTimer(TimeSpan.FromMilliseconds(30), CancellationToken.None);
                context.ContinueAsNew(1);
                return "";
            }

            Task<string> sent = context.WaitForExternalEvent<string>("Call"); // Has the id of the slow activity.
            Task timer = context.CreateTimer(TimeSpan.FromDays(9), CancellationToken.None);
            string end = await sent;
            return timer.IsCompleted ? "the old timer" : await context.CallActivityAsync<string>("Fast") + end;
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Twice", 0);
        await Wait.UntilAsync(async () => (await Node.FindAsync(id))!.ReadInputAs<int>() == 1);

        gate.Set();
        await late.WaitAsync();
        await Node.Client.RaiseEventAsync(id, "Call", "!");
        Assert.Equal("of the new generation!", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.DoesNotContain(await Node.HistoryAsync(id), happened => happened is TimerFired);
    }

    [Fact]
    public async Task A_child_that_begins_anew_still_answers_its_parent()
    {
        Node.Orchestrator("Child", async context =>
        {
            int number = context.GetInput<int>();
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            if (number < 3)
            {
                context.ContinueAsNew(number + 1);
            }

            return number;
        });
        Node.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>("Child", 0));
        await Node.StartAsync();

        Assert.Equal(3, await Node.ResultAsync<int>("Parent"));
    }

    [Fact]
    public async Task A_failure_wins_over_the_wish_to_begin_anew()
    {
        Node.Orchestrator("Fail", context =>
        {
            context.ContinueAsNew(1);
            return Task.FromException<int>(new BrokenException("broken"));
        });
        await Node.StartAsync();

        Assert.Equal("broken", (await Node.RunAsync("Fail")).FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task Work_started_in_the_last_turn_of_a_generation_is_done_all_the_same()
    {
        int runs = 0;
        Node.Activity<int, int>("Count", _ => Interlocked.Increment(ref runs));
        Node.Orchestrator("Receiver", context => context.WaitForExternalEvent<string>("Word"));
        Node.Orchestrator("Child", context => Task.FromResult("ran"));
        Node.Orchestrator("Leave", context =>
        {
            if (context.GetInput<string>() is { } receiver)
            {
                _ = context.CallActivityAsync<int>("Count");
                _ = context.CallSubOrchestratorAsync("Child", new SubOrchestrationOptions(instanceId: "left"));
                context.SendEvent(receiver, "Word", "sent");
                context.ContinueAsNew();
            }

            return Task.FromResult("end");
        });
        await Node.StartAsync();
        string receiverId = await Node.ScheduleAsync("Receiver");

        Assert.Equal("end", await Node.ResultAsync<string>("Leave", receiverId));
        Assert.Equal("sent", (await Node.EndOfAsync(receiverId)).ReadOutputAs<string>());
        Assert.Equal("ran", (await Node.EndOfAsync("left")).ReadOutputAs<string>());
        await Wait.UntilAsync(() => Volatile.Read(ref runs) == 1);
    }

    [Fact]
    public async Task The_next_generation_may_have_another_version()
    {
        Node.Orchestrator("Versions", context =>
        {
            if (context.Version == "1")
            {
                context.ContinueAsNew(new ContinueAsNewOptions { NewInput = "x", NewVersion = "2" });
            }

            return Task.FromResult($"{context.Version} {context.CompareVersionTo("1.5") > 0}");
        });
        await Node.StartAsync();

        string id = await Node.Client.ScheduleNewOrchestrationInstanceAsync("Versions", null, new StartOrchestrationOptions { Version = "1" });
        Assert.Equal("2 True", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_result_of_the_last_turns_activity_is_not_taken_for_another_after_a_crash()
    {
        bool hold = true;
        Node.ActivityAsync<string, string>("Same", async (given, cancellation) =>
        {
            if (Volatile.Read(ref hold))
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return given;
        });
        Node.Orchestrator("Twice", async context =>
        {
            if (context.GetInput<int>() == 0)
            {
                _ = context.CallActivityAsync<string>("Same", "old");
                context.ContinueAsNew(1);
                return "";
            }

            return await context.CallActivityAsync<string>("Same", "new");
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Twice", 0);
        await Wait.UntilAsync(async () => (await Node.HistoryAsync(id)).OfType<TaskScheduled>().Any(task => task.Input == "\"new\""));

        await Node.CrashAsync();
        Volatile.Write(ref hold, false);
        await Node.StartAsync();
        Assert.Equal("new", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_generation_that_had_not_begun_begins_after_a_crash()
    {
        Node.Orchestrator("Twice", context =>
        {
            if (context.GetInput<int>() == 0)
            {
                context.ContinueAsNew(1);
            }

            return Task.FromResult(context.GetInput<int>());
        });
        await Node.StartAsync();
        var crashed = new Signal();
        Node.AfterEachCommit(() =>
        {
            Node.Kill();
            crashed.Set();
        });
        string id = await Node.ScheduleAsync("Twice", 0);
        await crashed.WaitAsync();

        await Node.CrashAndStartAsync();
        Assert.Equal(1, (await Node.EndOfAsync(id)).ReadOutputAs<int>());
    }

    public sealed class Live() : ContinueAsNewTests(live: true);

    public sealed class Rebuilt() : ContinueAsNewTests(live: false);
}
