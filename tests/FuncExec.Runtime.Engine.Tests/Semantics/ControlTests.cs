using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Suspend, resume and terminate.</summary>
public abstract class ControlTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task A_suspended_instance_starts_nothing_until_it_is_resumed_and_loses_nothing()
    {
        int second = 0;
        var gate = new Signal();
        Node.ActivityAsync<string, string>("First", async (_, cancellation) =>
        {
            await gate.WaitAsync(cancellation);
            return "first";
        });
        Node.Activity<string, string>("Second", _ => $"second {Interlocked.Increment(ref second)}");
        Node.Orchestrator("Steps", async context =>
        {
            string first = await context.CallActivityAsync<string>("First");
            string then = await context.CallActivityAsync<string>("Second");
            return $"{first}, {then}, {await context.WaitForExternalEvent<string>("Word")}";
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Steps");
        await Node.StartOfAsync(id);

        await Node.Client.SuspendInstanceAsync(id, "a pause");
        await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Suspended);
        gate.Set();
        await Node.Client.RaiseEventAsync(id, "Word", "word");
        await Wait.UntilAsync(async () => (await Node.HistoryAsync(id)) is var history
            && history.OfType<EventRaised>().Any() && history.OfType<TaskCompleted>().Any());
        Assert.Equal(0, second);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await Node.FindAsync(id))!.RuntimeStatus);

        await Node.Client.ResumeInstanceAsync(id, "go on");
        Assert.Equal("first, second 1, word", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Equal("a pause", Assert.Single((await Node.HistoryAsync(id)).OfType<ExecutionSuspended>()).Reason);
    }

    [Fact]
    public async Task An_instance_suspended_before_its_first_turn_does_not_begin()
    {
        Node.Orchestrator("Quick", context => Task.FromResult("ran"));
        (string suspended, string terminated) = ("suspended", "terminated");
        await using (IHub hub = Node.CreateHub())
        {
            await hub.OpenAsync(CancellationToken.None);
            await CreateAsync(hub, suspended, new ExecutionSuspended(null));
            await CreateAsync(hub, terminated, new ExecutionTerminated("\"never ran\""));
        }

        await Node.StartAsync();
        await Node.ReachesAsync(suspended, OrchestrationRuntimeStatus.Suspended);
        OrchestrationMetadata end = await Node.EndOfAsync(terminated);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("never ran", end.ReadOutputAs<string>());

        await Node.Client.ResumeInstanceAsync(suspended);
        Assert.Equal("ran", (await Node.EndOfAsync(suspended)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Timers_that_are_due_while_suspended_fire_after_the_resume()
    {
        var time = new ShiftedTime();
        Node.Time = time;
        Node.Orchestrator("Sleep", async context =>
        {
            Task<string> word = context.WaitForExternalEvent<string>("Word");
            Task timer = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return await Task.WhenAny(word, timer) == timer ? "timer" : "word";
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Sleep");
        await Node.StartOfAsync(id);
        await Node.Client.SuspendInstanceAsync(id);
        await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Suspended);
        time.Shift(TimeSpan.FromHours(2));
        await Wait.UntilAsync(async () => (await Node.HistoryAsync(id)).OfType<TimerFired>().Any());
        await Node.Client.RaiseEventAsync(id, "Word", "late");

        await Node.Client.ResumeInstanceAsync(id);
        Assert.Equal("timer", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Suspending_and_resuming_twice_is_as_once()
    {
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Wait");
        await Node.Client.ResumeInstanceAsync(id);
        await Node.Client.SuspendInstanceAsync(id);
        await Node.Client.SuspendInstanceAsync(id);
        await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Suspended);
        await Node.Client.ResumeInstanceAsync(id);
        await Node.Client.ResumeInstanceAsync(id);
        await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Running);

        await Node.Client.RaiseEventAsync(id, "Word", "end");
        Assert.Equal("end", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_running_instance_is_terminated_with_an_output_and_its_children_go_on()
    {
        Node.Orchestrator("Child", context => context.WaitForExternalEvent<string>("Word"));
        Node.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions(instanceId: "child")));
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Parent");
        await Node.ReachesAsync("child", OrchestrationRuntimeStatus.Running);

        await Node.Client.TerminateInstanceAsync(id, new { reason = "enough" });
        OrchestrationMetadata end = await Node.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("""{"reason":"enough"}""", end.SerializedOutput);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Node.FindAsync("child"))!.RuntimeStatus);
        await Node.Client.RaiseEventAsync("child", "Word", "alive");
        Assert.Equal("alive", (await Node.EndOfAsync("child")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_suspended_instance_can_be_terminated()
    {
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Wait");
        await Node.Client.SuspendInstanceAsync(id);
        await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Suspended);

        await Node.Client.TerminateInstanceAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await Node.EndOfAsync(id)).RuntimeStatus);
    }

    [Fact]
    public async Task The_result_of_an_activity_of_a_terminated_instance_is_dropped()
    {
        var running = new Signal();
        var gate = new Signal();
        Node.ActivityAsync<string, string>("Slow", async (_, cancellation) =>
        {
            running.Set();
            await gate.WaitAsync(cancellation);
            return "late";
        });
        Node.Orchestrator("Call", context => context.CallActivityAsync<string>("Slow"));
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Call");
        await running.WaitAsync();
        await Node.Client.TerminateInstanceAsync(id);
        await Node.EndOfAsync(id);
        int turns = (await Node.TurnsAsync(id)).Count;

        gate.Set();
        await Wait.UntilAsync(async () => (await Node.StoreAsync(hub => hub.ReadHeldActivitiesAsync(Node.Session, 0, 10, CancellationToken.None))).Count == 0);
        Assert.Equal(turns, (await Node.TurnsAsync(id)).Count);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await Node.FindAsync(id))!.RuntimeStatus);
    }

    [Fact]
    public async Task A_finished_or_unknown_instance_cannot_be_suspended_resumed_or_terminated()
    {
        Node.Orchestrator("Nothing", _ => Task.CompletedTask);
        await Node.StartAsync();
        string done = (await Node.RunAsync("Nothing")).InstanceId;

        await Assert.ThrowsAsync<InvalidOperationException>(() => Node.Client.SuspendInstanceAsync(done));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Node.Client.ResumeInstanceAsync(done));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Node.Client.TerminateInstanceAsync(done));
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.SuspendInstanceAsync("nobody"));
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.ResumeInstanceAsync("nobody"));
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.TerminateInstanceAsync("nobody"));
    }

    private static async Task CreateAsync(IHub hub, string id, ReceivedEvent message)
    {
        var start = new TurnRecord(DateTime.UtcNow, [new ExecutionStarted("Quick", null, null, null, null)], []);
        await hub.CreateInstanceAsync(
            new NewInstance
            {
                InstanceId = id,
                Name = "Quick",
                Generation = Guid.NewGuid(),
                FirstTurn = HistoryFormat.Encode(start),
                CreatedAt = start.At,
            },
            leaseTo: null,
            CancellationToken.None);
        await hub.SendMessageAsync(new OutgoingMessage(id, null, HistoryFormat.Encode(message)), CancellationToken.None);
    }

    public sealed class Live() : ControlTests(live: true);

    public sealed class Rebuilt() : ControlTests(live: false);
}
