using DurableTask.Core;
using DurableTask.Core.History;
using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask.Entities;
using HistoryEvent = DurableTask.Core.History.HistoryEvent;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Histories as the official API shows them.</summary>
public abstract class HistoryTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task A_history_is_answered_in_the_official_types_in_the_order_in_which_it_happened()
    {
        Node.Activity<int, int>("Double", n => n < 0 ? throw new BrokenException("negative") : 2 * n);
        Node.Orchestrator("Child", context => Task.FromResult($"{context.Parent!.Name} {context.GetInput<int>()}"));
        Node.Orchestrator("All", async context =>
        {
            int two = await context.CallActivityAsync<int>("Double", 1);
            string child = await context.CallSubOrchestratorAsync<string>("Child", two, new SubOrchestrationOptions(instanceId: "child"));
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            await context.WaitForExternalEvent<string>("Word");
            context.SendEvent("nobody", "Hello", child);
            await context.CallActivityAsync<int>("Double", -1);
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("All", "input", id: "one");
        await Node.Client.RaiseEventAsync(id, "Word", "go");
        await Node.EndOfAsync(id);
        IList<HistoryEvent> history = await Node.Client.GetOrchestrationHistoryAsync(id);

        HistoryEvent[] others = [.. history.Where(happened => happened is not (OrchestratorStartedEvent or OrchestratorCompletedEvent or EventRaisedEvent))];
        Assert.Equal(
            [
                EventType.ExecutionStarted, EventType.TaskScheduled, EventType.TaskCompleted, EventType.SubOrchestrationInstanceCreated,
                EventType.SubOrchestrationInstanceCompleted, EventType.TimerCreated, EventType.TimerFired, EventType.EventSent,
                EventType.TaskScheduled, EventType.TaskFailed, EventType.ExecutionCompleted,
            ],
            others.Select(happened => happened.EventType));
        var started = (ExecutionStartedEvent)others[0];
        Assert.Equal(("All", "\"input\"", id), (started.Name, started.Input, started.OrchestrationInstance!.InstanceId));
        Assert.Equal(others[1].EventId, ((TaskCompletedEvent)others[2]).TaskScheduledId);
        Assert.Equal(("1", "2"), (((TaskScheduledEvent)others[1]).Input, ((TaskCompletedEvent)others[2]).Result));
        Assert.Equal("child", ((SubOrchestrationInstanceCreatedEvent)others[3]).InstanceId);
        Assert.Equal("\"All 2\"", ((SubOrchestrationInstanceCompletedEvent)others[4]).Result);
        Assert.Equal(((TimerCreatedEvent)others[5]).FireAt, ((TimerFiredEvent)others[6]).FireAt);
        Assert.Equal(("nobody", "Hello"), (((EventSentEvent)others[7]).InstanceId, ((EventSentEvent)others[7]).Name));
        var failed = (TaskFailedEvent)others[9];
        Assert.Equal((others[8].EventId, "negative"), (failed.TaskScheduledId, failed.Reason));
        Assert.Equal(typeof(BrokenException).FullName, failed.FailureDetails!.ErrorType);
        Assert.Equal(OrchestrationStatus.Failed, ((ExecutionCompletedEvent)others[10]).OrchestrationStatus);
        Assert.Equal("Word", Assert.Single(history.OfType<EventRaisedEvent>()).Name);

        Assert.IsType<OrchestratorStartedEvent>(history[0]);
        Assert.IsType<OrchestratorCompletedEvent>(history[^1]);
        DateTime[] times = [.. history.Skip(2).Select(happened => happened.Timestamp)]; // It was started before its first turn.
        Assert.Equal(times.Order(), times);
        Assert.All(history, happened => Assert.Equal(DateTimeKind.Utc, happened.Timestamp.Kind));
        ParentInstance parent = (await Node.Client.GetOrchestrationHistoryAsync("child")).OfType<ExecutionStartedEvent>().Single().ParentInstance!;
        Assert.Equal(("All", id, others[3].EventId), (parent.Name, parent.OrchestrationInstance!.InstanceId, parent.TaskScheduleId));
    }

    [Fact]
    public async Task What_goes_to_entities_and_comes_from_them_is_events()
    {
        Node.Entity<Entities.Counter>("counter");
        Node.Orchestrator("Count", async context =>
        {
            var id = new EntityInstanceId("counter", "a");
            await using (await context.Entities.LockEntitiesAsync(id))
            {
                await context.Entities.CallEntityAsync<int>(id, "get");
            }

            await context.Entities.SignalEntityAsync(id, "reset");
        });
        await Node.StartAsync();
        await Node.RunAsync("Count", id: "one");
        IList<HistoryEvent> history = await Node.Client.GetOrchestrationHistoryAsync("one");

        EventSentEvent[] sent = [.. history.OfType<EventSentEvent>()];
        Assert.Equal(["lock", "get", "release", "reset"], sent.Select(happened => happened.Name));
        Assert.All(sent, happened => Assert.Equal("@counter@a", happened.InstanceId));
        Assert.Equal(["0", "1"], history.OfType<EventRaisedEvent>().Select(happened => happened.Name));
    }

    [Fact]
    public async Task What_has_not_begun_has_a_start_and_nobody_has_no_history()
    {
        Node.Orchestrator("Nothing", _ => Task.CompletedTask);
        await Node.StartAsync();
        DateTimeOffset at = DateTimeOffset.UtcNow.AddDays(1);
        await Node.Client.ScheduleNewOrchestrationInstanceAsync("Nothing", null, new StartOrchestrationOptions("later", at));

        var started = (ExecutionStartedEvent)Assert.Single(await Node.Client.GetOrchestrationHistoryAsync("later"));
        Assert.Equal(at.UtcDateTime, started.ScheduledStartTime);
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.GetOrchestrationHistoryAsync("nobody"));
    }

    public sealed class Live() : HistoryTests(live: true);

    public sealed class Rebuilt() : HistoryTests(live: false);
}
