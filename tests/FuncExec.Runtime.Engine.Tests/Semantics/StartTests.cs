using DurableTask.Core.Exceptions;
using FuncExec.Runtime.Engine.Tests.HandOver;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Starts at a time, and starts under an id that somebody has.</summary>
public abstract class StartTests : EngineTests
{
    private readonly ShiftedTime _time = new();
    private int _begun;

    protected StartTests(bool live)
        : base(live)
    {
        Node.Time = _time;
        Node.Orchestrator("Begin", context =>
        {
            _begun += context.IsReplaying ? 0 : 1;
            return Task.FromResult(context.CurrentUtcDateTime);
        });
        Node.Orchestrator("Wait", context => context.WaitForExternalEvent<string>("Word"));
        Node.Orchestrator("Fail", _ => Task.FromException<int>(new BrokenException("no")));
    }

    [Fact]
    public async Task An_orchestration_begins_at_its_time_and_not_before()
    {
        await Node.StartAsync();
        DateTimeOffset at = _time.GetUtcNow().AddDays(3);
        await ScheduleAtAsync("Begin", "later", at);

        // What comes after it is done, so nothing has been left over to begin it.
        await Node.RunAsync("Begin");
        OrchestrationMetadata pending = (await Node.FindAsync("later"))!;
        Assert.Equal(OrchestrationRuntimeStatus.Pending, pending.RuntimeStatus);
        Assert.Equal(at.UtcDateTime, Assert.Single((await Node.HistoryAsync("later")).OfType<StartDelayed>()).Until);

        _time.Shift(TimeSpan.FromDays(3));
        Assert.True((await Node.EndOfAsync("later")).ReadOutputAs<DateTime>() >= at.UtcDateTime);
    }

    [Fact]
    public async Task A_time_gone_by_is_at_once()
    {
        await Node.StartAsync();
        await ScheduleAtAsync("Begin", "now", _time.GetUtcNow().AddDays(-1));

        await Node.EndOfAsync("now");
        Assert.Empty((await Node.HistoryAsync("now")).OfType<StartDelayed>());
    }

    [Fact]
    public async Task A_start_at_a_time_survives_crashes_before_and_after_it()
    {
        await Node.StartAsync();
        await ScheduleAtAsync("Begin", "later", _time.GetUtcNow().AddDays(1));
        await Node.CrashAndStartAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await Node.FindAsync("later"))!.RuntimeStatus);

        await Node.CrashAsync();
        _time.Shift(TimeSpan.FromDays(2));
        await Node.StartAsync();
        await Node.EndOfAsync("later");
        Assert.Single((await Node.HistoryAsync("later")).OfType<TimerFired>(), new TimerFired(StartDelayed.TimerId));
        Assert.Empty(await Node.StoreAsync(
            hub => hub.ReadTimersAsync(Node.Session, default, DateTimeOffset.MaxValue, 10, CancellationToken.None)));
    }

    [Fact]
    public async Task Events_before_the_time_are_kept_for_it()
    {
        await Node.StartAsync();
        await ScheduleAtAsync("Wait", "later", _time.GetUtcNow().AddDays(1));
        await Node.Client.RaiseEventAsync("later", "Word", "early");
        await Wait.UntilAsync(async () => (await Node.HistoryAsync("later")).OfType<EventRaised>().Any());
        await Node.CrashAndStartAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await Node.FindAsync("later"))!.RuntimeStatus);

        _time.Shift(TimeSpan.FromDays(1));
        Assert.Equal("early", (await Node.EndOfAsync("later")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task It_can_be_suspended_and_terminated_before_the_time()
    {
        await Node.StartAsync();
        DateTimeOffset at = _time.GetUtcNow().AddDays(1);
        await ScheduleAtAsync("Begin", "terminated", at);
        await ScheduleAtAsync("Begin", "suspended", at);
        await Node.Client.TerminateInstanceAsync("terminated", "enough");
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await Node.EndOfAsync("terminated")).RuntimeStatus);

        await Node.Client.SuspendInstanceAsync("suspended");
        await Node.ReachesAsync("suspended", OrchestrationRuntimeStatus.Suspended);
        _time.Shift(TimeSpan.FromDays(1));
        await Wait.UntilAsync(async () => (await Node.HistoryAsync("suspended")).OfType<TimerFired>().Any());
        Assert.Equal(0, _begun);
        await Node.Client.ResumeInstanceAsync("suspended");
        await Node.EndOfAsync("suspended");
        Assert.Equal(1, _begun);
    }

    [Fact]
    public async Task A_start_whose_answer_is_lost_happens_in_time_all_the_same()
    {
        Node.Decorate = inner => WatchedHub.Over(inner, async (method, _, call) =>
        {
            object? answer = await call();
            return method == nameof(IHub.CreateInstanceAsync) ? throw new HubUnavailableException("The answer is lost.") : answer;
        });
        await Node.StartAsync();
        await Assert.ThrowsAsync<HubUnavailableException>(() => ScheduleAtAsync("Begin", "later", _time.GetUtcNow().AddSeconds(20)));

        _time.Shift(TimeSpan.FromSeconds(20));
        await Node.EndOfAsync("later");
    }

    [Fact]
    public async Task An_entity_starts_an_orchestration_at_a_time()
    {
        Node.Entity<Starter>("starter");
        await Node.StartAsync();
        await Node.Client.Entities.SignalEntityAsync(new EntityInstanceId("starter", "a"), "Start", input: _time.GetUtcNow().AddDays(1));
        await Node.ReachesAsync("from-entity", OrchestrationRuntimeStatus.Pending);
        await Node.CrashAndStartAsync();
        Assert.Equal(0, _begun);

        _time.Shift(TimeSpan.FromDays(1));
        await Node.EndOfAsync("from-entity");
        Assert.Equal(1, _begun);
    }

    [Fact]
    public async Task A_finished_instance_is_replaced_unless_its_status_refuses_the_start()
    {
        await Node.StartAsync();
        await Node.RunAsync("Fail", id: "one");

        await RefusedAsync("one", OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Running);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await Node.FindAsync("one"))!.RuntimeStatus);
        await ScheduleAsync("Begin", "one", OrchestrationRuntimeStatus.Completed);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await Node.EndOfAsync("one")).RuntimeStatus);
        await RefusedAsync("one", OrchestrationRuntimeStatus.Completed);
    }

    [Fact]
    public async Task A_running_instance_is_terminated_first_where_its_status_does_not_refuse_the_start()
    {
        Node.Orchestrator("Parent", async context =>
        {
            TaskFailedException lost = await Assert.ThrowsAsync<TaskFailedException>(
                () => context.CallSubOrchestratorAsync<string>("Wait", new SubOrchestrationOptions(instanceId: "one")));
            return lost.FailureDetails.ErrorMessage;
        });
        await Node.StartAsync();
        string parent = await Node.ScheduleAsync("Parent");
        await Node.ReachesAsync("one", OrchestrationRuntimeStatus.Running);

        await RefusedAsync("one", OrchestrationRuntimeStatus.Running);
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => Node.ScheduleAsync("Begin", id: "one"));
        await ScheduleAsync("Begin", "one", OrchestrationRuntimeStatus.Completed);
        Assert.Equal("Begin", (await Node.EndOfAsync("one")).Name);
        Assert.Contains("terminated", (await Node.EndOfAsync(parent)).ReadOutputAs<string>(), StringComparison.Ordinal);

        await ScheduleAtAsync("Begin", "pending", _time.GetUtcNow().AddDays(1));
        await ScheduleAsync("Begin", "pending");
        await Node.EndOfAsync("pending");
    }

    [Fact]
    public async Task The_end_of_a_replaced_instance_is_not_taken_for_that_of_the_new_one()
    {
        await Node.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            for (int i = 0; i < 50; i++)
            {
                string id = $"{worker}-{i}";
                await ScheduleAsync("Wait", id);
                await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Running);
                await ScheduleAsync("Begin", id, OrchestrationRuntimeStatus.Completed);
                Assert.Equal("Begin", (await Node.EndOfAsync(id)).Name);
            }
        }));
    }

    [Fact]
    public async Task A_status_that_there_is_not_is_refused()
    {
        await Node.StartAsync();
        var options = new StartOrchestrationOptions("one") { DedupeStatuses = ["completed", "Vanished"] };

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(
            () => Node.Client.ScheduleNewOrchestrationInstanceAsync("Begin", null, options));
        Assert.Contains("'Vanished'", refused.Message, StringComparison.Ordinal);
        Assert.Null(await Node.FindAsync("one"));
    }

    private Task<string> ScheduleAtAsync(string name, string id, DateTimeOffset at) =>
        Node.Client.ScheduleNewOrchestrationInstanceAsync(name, null, new StartOrchestrationOptions(id, at));

    private Task<string> ScheduleAsync(string name, string id, params OrchestrationRuntimeStatus[] refusing) =>
        Node.Client.ScheduleNewOrchestrationInstanceAsync(name, null, new StartOrchestrationOptions(id).WithDedupeStatuses(refusing));

    private Task<OrchestrationAlreadyExistsException> RefusedAsync(string id, params OrchestrationRuntimeStatus[] refusing) =>
        Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => ScheduleAsync("Begin", id, refusing));

    /// <summary>Starts an orchestration at the time that is its input.</summary>
    public sealed class Starter : ITaskEntity
    {
        public ValueTask<object?> RunAsync(TaskEntityOperation operation)
        {
            operation.Context.ScheduleNewOrchestration(
                "Begin", null, new StartOrchestrationOptions("from-entity", (DateTimeOffset)operation.GetInput(typeof(DateTimeOffset))!));
            return ValueTask.FromResult<object?>(null);
        }
    }

    public sealed class Live() : StartTests(live: true);

    public sealed class Rebuilt() : StartTests(live: false);
}
