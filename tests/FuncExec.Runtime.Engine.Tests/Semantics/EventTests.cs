using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>External events.</summary>
public abstract class EventTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task An_event_is_handed_to_the_wait_for_its_name_whatever_its_case()
    {
        Node.Orchestrator("Wait", async context =>
        {
            Task<int> one = context.WaitForExternalEvent<int>("One");
            Task<string> two = context.WaitForExternalEvent<string>("TWO");
            return $"{await one} {await two}";
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Wait");

        await Node.Client.RaiseEventAsync(id, "two", "second");
        await Node.Client.RaiseEventAsync(id, "ONE", 1);
        Assert.Equal("1 second", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Events_that_come_before_the_wait_are_kept_in_order()
    {
        var gate = new Signal();
        Node.ActivityAsync<string, string>("Gate", async (_, cancellation) =>
        {
            await gate.WaitAsync(cancellation);
            return "";
        });
        Node.Orchestrator("Late", async context =>
        {
            await context.CallActivityAsync("Gate");
            var received = new List<int>();
            for (int i = 0; i < 3; i++)
            {
                received.Add(await context.WaitForExternalEvent<int>(i == 1 ? "EARLY" : "early"));
            }

            return received;
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Late");
        for (int i = 1; i <= 3; i++)
        {
            await Node.Client.RaiseEventAsync(id, "Early", i);
        }

        gate.Set();
        Assert.Equal([1, 2, 3], (await Node.EndOfAsync(id)).ReadOutputAs<List<int>>()!);
    }

    [Fact]
    public async Task The_latest_of_several_waits_gets_an_event_first()
    {
        Node.Orchestrator("Waits", async context =>
        {
            Task<int> first = context.WaitForExternalEvent<int>("Number");
            Task<int> second = context.WaitForExternalEvent<int>("number");
            Task<int> third = context.WaitForExternalEvent<int>("NUMBER");
            await Task.WhenAll(first, second, third);
            return new[] { await first, await second, await third };
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Waits");
        for (int i = 1; i <= 3; i++)
        {
            await Node.Client.RaiseEventAsync(id, "Number", i);
        }

        Assert.Equal([3, 2, 1], (await Node.EndOfAsync(id)).ReadOutputAs<List<int>>()!);
    }

    [Fact]
    public async Task A_cancelled_wait_is_passed_over()
    {
        Node.Orchestrator("Cancel", async context =>
        {
            Task<int> kept = context.WaitForExternalEvent<int>("Number");
            using var cancellation = new CancellationTokenSource();
            Task<int> given = context.WaitForExternalEvent<int>("Number", cancellation.Token);
            cancellation.Cancel();
            Task<int> before = context.WaitForExternalEvent<int>("Number", cancellation.Token);
            return $"{await kept} {given.IsCanceled} {before.IsCanceled}";
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Cancel");

        await Node.Client.RaiseEventAsync(id, "Number", 7);
        Assert.Equal("7 True True", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_wait_with_a_timeout_ends_with_the_event_and_takes_its_timer_back()
    {
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Answer", TimeSpan.FromDays(3)));
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Wait");

        await Node.Client.RaiseEventAsync(id, "Answer", "yes");
        Assert.Equal("yes", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Single((await Node.HistoryAsync(id)).OfType<TimerCancelled>());
    }

    [Fact]
    public async Task A_wait_with_a_timeout_ends_when_its_time_is_over()
    {
        Node.Orchestrator("Wait", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<string>("Answer", TimeSpan.FromMilliseconds(10));
            }
            catch (TaskCanceledException)
            {
                return $"too late, but then {await context.WaitForExternalEvent<string>("Answer")}";
            }
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Wait");
        await Wait.UntilAsync(async () => (await Node.HistoryAsync(id)).OfType<TimerFired>().Any());

        await Node.Client.RaiseEventAsync(id, "Answer", "yes");
        Assert.Equal("too late, but then yes", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Unread_events_cross_into_the_next_generation_unless_they_are_to_be_dropped()
    {
        Node.Orchestrator("Generations", async context =>
        {
            (string mode, int number) = context.GetInput<Step>()!;
            if (number == 0)
            {
                await context.WaitForExternalEvent<string>("Go");
                context.ContinueAsNew(new Step(mode, 1), preserveUnprocessedEvents: mode == "keep");
                return "";
            }

            Task<string> early = context.WaitForExternalEvent<string>("early");
            Task<string> late = context.WaitForExternalEvent<string>("late");
            string end = await late;
            return $"{(early.IsCompleted ? await early : "none")}, {end}";
        });
        await Node.StartAsync();
        foreach ((string mode, string expected) in new[] { ("keep", "first, last"), ("drop", "none, last") })
        {
            string id = await Node.ScheduleAsync("Generations", new Step(mode, 0));
            await Node.Client.RaiseEventAsync(id, "Early", "first");
            await Node.Client.RaiseEventAsync(id, "Go");
            await Wait.UntilAsync(async () => (await Node.FindAsync(id))!.ReadInputAs<Step>()!.Number == 1);
            await Node.Client.RaiseEventAsync(id, "Late", "last");
            Assert.Equal(expected, (await Node.EndOfAsync(id)).ReadOutputAs<string>());
        }
    }

    [Fact]
    public async Task An_orchestrator_sends_events_to_others_and_to_itself()
    {
        Node.Orchestrator("Sender", async context =>
        {
            context.SendEvent(context.GetInput<string>()!, "Word", "hello");
            context.SendEvent(context.InstanceId, "Echo", 5);
            context.SendEvent("nobody", "Word", "lost");
            return await context.WaitForExternalEvent<int>("Echo");
        });
        Node.Orchestrator("Receiver", context => context.WaitForExternalEvent<string>("Word"));
        await Node.StartAsync();
        string receiver = await Node.ScheduleAsync("Receiver");

        Assert.Equal(5, await Node.ResultAsync<int>("Sender", receiver));
        Assert.Equal("hello", (await Node.EndOfAsync(receiver)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_event_that_does_not_deserialize_fails_at_the_wait_and_says_which()
    {
        Node.Orchestrator("Typed", async context =>
        {
            try
            {
                return (await context.WaitForExternalEvent<int>("Number")).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (System.Text.Json.JsonException exception)
            {
                return exception.Message;
            }
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Typed");

        await Node.Client.RaiseEventAsync(id, "Number", "not a number");
        string message = (await Node.EndOfAsync(id)).ReadOutputAs<string>()!;
        Assert.Contains("'Number'", message, StringComparison.Ordinal);
        Assert.Contains("System.Int32", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_for_one_name_must_ask_for_one_type()
    {
        Node.Orchestrator("Mixed", async context =>
        {
            _ = context.WaitForExternalEvent<int>("Thing");
            return await context.WaitForExternalEvent<string>("thing");
        });
        await Node.StartAsync();

        OrchestrationMetadata end = await Node.RunAsync("Mixed");
        Assert.Equal(typeof(ArgumentException).FullName, end.FailureDetails!.ErrorType);
        Assert.Contains("'thing'", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_events_at_once_are_each_received_once()
    {
        Node.Orchestrator("Sum", async context =>
        {
            int sum = 0;
            for (int i = 0; i < 200; i++)
            {
                sum += await context.WaitForExternalEvent<int>("Number");
            }

            return sum;
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Sum");

        await Task.WhenAll(Enumerable.Range(1, 200).Select(number => Node.Client.RaiseEventAsync(id, "Number", number)));
        Assert.Equal(20_100, (await Node.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.Equal(200, (await Node.HistoryAsync(id)).OfType<EventRaised>().Count());
    }

    [Fact]
    public async Task An_event_to_nobody_or_to_one_who_has_finished_is_refused()
    {
        Node.Orchestrator("Nothing", _ => Task.CompletedTask);
        await Node.StartAsync();
        string done = (await Node.RunAsync("Nothing")).InstanceId;

        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.RaiseEventAsync("nobody", "Word"));
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Node.Client.RaiseEventAsync(done, "Word"));
        Assert.Contains(done, refused.Message, StringComparison.Ordinal);
    }

    public sealed class Live() : EventTests(live: true);

    public sealed class Rebuilt() : EventTests(live: false);

    private sealed record Step(string Mode, int Number);
}
