using System.Diagnostics;
using FuncExec.Runtime.Engine.Tests.Entities;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Engine.Tests.Semantics;
using FuncExec.Runtime.History;
using Microsoft.DurableTask.Entities;

namespace FuncExec.Runtime.Engine.Tests.Tracing;

/// <summary>Spans: names, kinds, tags and whose children they are.</summary>
public abstract class SpanTests(bool live) : EngineTests(live), IDisposable
{
    private readonly KeptSpans _spans = new();

    [Fact]
    public async Task An_orchestration_and_what_it_waits_for_are_one_tree()
    {
        string? inActivity = null;
        Node.Activity<int, int>("Twice", given =>
        {
            inActivity = System.Diagnostics.Activity.Current?.Id;
            return 2 * given;
        });
        Node.Orchestrator("Child", context => context.CallActivityAsync<int>("Twice", 3));
        Node.Orchestrator("Root", async context =>
        {
            int first = await context.CallActivityAsync<int>("Twice", 1);
            await context.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            return first + await context.CallSubOrchestratorAsync<int>("Child", new SubOrchestrationOptions(instanceId: "child"));
        });
        await Node.StartAsync();
        string id = await ScheduleAsync("Root");

        Assert.Equal(8, (await Node.EndOfAsync(id)).ReadOutputAs<int>());
        await CountAsync(9);
        Activity create = _spans.One("create_orchestration:Root", ActivityKind.Producer);
        Activity root = _spans.One("orchestration:Root", ActivityKind.Server);
        Activity child = _spans.One("orchestration:Child", ActivityKind.Server);
        Activity childCall = _spans.One("orchestration:Child", ActivityKind.Client);
        Activity timer = _spans.One("orchestration:Root:timer", ActivityKind.Internal);
        Activity[] calls = [.. _spans.All.Where(static span => span is { DisplayName: "activity:Twice", Kind: ActivityKind.Client })];
        Activity[] runs = [.. _spans.All.Where(static span => span is { DisplayName: "activity:Twice", Kind: ActivityKind.Server })];
        Assert.Equal(create.SpanId, root.ParentSpanId);
        Assert.Equal("vendor=1", root.TraceStateString);
        Assert.Equal(root.SpanId, timer.ParentSpanId);
        Assert.Equal(root.SpanId, childCall.ParentSpanId);
        Assert.Equal(childCall.SpanId, child.ParentSpanId);
        Assert.Equal([root.SpanId, child.SpanId], calls.Select(static call => call.ParentSpanId));
        Assert.Equal(calls.Select(static call => call.SpanId), runs.Select(static run => run.ParentSpanId));
        Assert.Equal(runs[1].Id, inActivity);
        Assert.All(_spans.All, static span => Assert.True(span.Id!.Contains(span.SpanId.ToHexString(), StringComparison.Ordinal)));
        Check(create, ("durabletask.type", "orchestration"), ("durabletask.task.name", "Root"), ("durabletask.task.instance_id", id), ("durabletask.task.execution_id", null));
        Check(root, ("durabletask.type", "orchestration"), ("durabletask.task.name", "Root"), ("durabletask.task.instance_id", id), ("durabletask.task.status", "Completed"));
        Check(calls[0], ("durabletask.type", "activity"), ("durabletask.task.name", "Twice"), ("durabletask.task.instance_id", id), ("durabletask.task.task_id", 0));
        Check(runs[0], ("durabletask.type", "activity"), ("durabletask.task.name", "Twice"), ("durabletask.task.instance_id", id), ("durabletask.task.task_id", 0));
        Check(childCall, ("durabletask.type", "orchestration"), ("durabletask.task.name", "Child"), ("durabletask.task.instance_id", id));
        Check(timer, ("durabletask.type", "timer"), ("durabletask.task.name", "Root"), ("durabletask.task.instance_id", id), ("durabletask.task.task_id", 1), ("durabletask.fire_at", null));
        Assert.True(timer.Duration >= TimeSpan.FromMilliseconds(4), $"{timer.Duration}");
        Assert.True(root.StartTimeUtc <= calls[0].StartTimeUtc && root.Duration >= timer.Duration);
    }

    [Fact]
    public async Task A_version_is_part_of_the_name()
    {
        Node.Orchestrator("Root", _ => Task.FromResult(0));
        await Node.StartAsync();
        using (_spans.Enter())
        {
            await Node.EndOfAsync(await Node.Client.ScheduleNewOrchestrationInstanceAsync("Root", null, new StartOrchestrationOptions { Version = "1.2" }));
        }

        await CountAsync(2);
        Check(
            _spans.One("orchestration:Root@(1.2)", ActivityKind.Server),
            ("durabletask.type", "orchestration"), ("durabletask.task.name", "Root"), ("durabletask.task.instance_id", null),
            ("durabletask.task.version", "1.2"), ("durabletask.task.status", "Completed"));
        _spans.One("create_orchestration:Root@(1.2)", ActivityKind.Producer);
    }

    [Fact]
    public async Task Spans_are_the_same_after_crashes_and_each_is_written_once()
    {
        using var release = new SemaphoreSlim(0);
        Node.ActivityAsync<int, int>("Held", async (given, cancellation) =>
        {
            await release.WaitAsync(cancellation);
            return given;
        });
        Node.Orchestrator("Child", context => context.CallActivityAsync<int>("Held", 1));
        Node.Orchestrator("Root", async context =>
        {
            Task<int> child = context.CallSubOrchestratorAsync<int>("Child", new SubOrchestrationOptions(instanceId: "child"));
            await context.WaitForExternalEvent<int>("Go");
            return await child;
        });
        await Node.StartAsync();
        string id = await ScheduleAsync("Root");
        await Node.ReachesAsync("child", OrchestrationRuntimeStatus.Running);
        await Node.CrashAndStartAsync();
        await Node.Client.RaiseEventAsync(id, "Go", 1);
        await Node.CrashAndStartAsync();
        release.Release();
        await Node.EndOfAsync(id);

        // The last; how often the activity ran is chance.
        await Wait.UntilAsync(() => _spans.All.Any(static span => span is { DisplayName: "orchestration:Root", Kind: ActivityKind.Server }));
        Activity root = _spans.One("orchestration:Root", ActivityKind.Server);
        Activity childCall = _spans.One("orchestration:Child", ActivityKind.Client);
        Activity child = _spans.One("orchestration:Child", ActivityKind.Server);
        Activity call = _spans.One("activity:Held", ActivityKind.Client);
        Assert.Equal(_spans.One("create_orchestration:Root", ActivityKind.Producer).SpanId, root.ParentSpanId);
        Assert.Equal(root.SpanId, childCall.ParentSpanId);
        Assert.Equal(childCall.SpanId, child.ParentSpanId);
        Assert.Equal(child.SpanId, call.ParentSpanId);
        Assert.Equal(call.SpanId, _spans.All.Last(static span => span is { DisplayName: "activity:Held", Kind: ActivityKind.Server }).ParentSpanId);
    }

    [Fact]
    public async Task Failures_are_errors_of_their_spans()
    {
        Node.Activity<int, int>("Break", static _ => throw new InvalidOperationException("broken"));
        Node.Orchestrator("Child", context => context.CallActivityAsync<int>("Break"));
        Node.Orchestrator("Root", context => context.CallSubOrchestratorAsync<int>("Child"));
        await Node.StartAsync();
        await Node.EndOfAsync(await ScheduleAsync("Root"));

        await CountAsync(6);
        Assert.All(_spans.All.Where(static span => span.Kind != ActivityKind.Producer), static span => Assert.Equal(ActivityStatusCode.Error, span.Status));
        Assert.Equal("broken", _spans.One("activity:Break", ActivityKind.Server).StatusDescription);
        Assert.Equal("broken", _spans.One("activity:Break", ActivityKind.Client).StatusDescription);
        Assert.Equal("Failed", _spans.One("orchestration:Root", ActivityKind.Server).GetTagItem("durabletask.task.status"));
    }

    [Fact]
    public async Task Every_generation_and_every_event_has_a_span()
    {
        Node.Orchestrator("Listener", context => context.WaitForExternalEvent<int>("Done"));
        Node.Orchestrator("Root", async context =>
        {
            if (context.GetInput<int>() == 0)
            {
                context.ContinueAsNew(1);
                return;
            }

            context.SendEvent("listener", "Done", await context.WaitForExternalEvent<int>("Go"));
        });
        await Node.StartAsync();
        await Node.ScheduleAsync("Listener", id: "listener");
        string id = await ScheduleAsync("Root", 0);
        using (_spans.Enter())
        {
            await Node.Client.RaiseEventAsync(id, "Go", 5);
        }

        Assert.Equal(5, (await Node.EndOfAsync("listener")).ReadOutputAs<int>());
        await CountAsync(5);
        Activity[] generations = [.. _spans.All.Where(static span => span.DisplayName == "orchestration:Root")];
        Assert.Equal(["ContinuedAsNew", "Completed"], generations.Select(static span => span.GetTagItem("durabletask.task.status")));
        Assert.Equal(generations[0].ParentSpanId, generations[1].ParentSpanId);
        Assert.NotEqual(generations[0].SpanId, generations[1].SpanId);
        Activity sent = _spans.One("orchestration_event:Done", ActivityKind.Producer);
        Assert.Equal(generations[1].SpanId, sent.ParentSpanId);
        Check(sent, ("durabletask.type", "event"), ("durabletask.task.name", "Done"), ("durabletask.task.instance_id", id), ("durabletask.task.execution_id", null), ("durabletask.event.target_instance_id", "listener"));
        Check(
            _spans.One("orchestration_event:Go", ActivityKind.Producer),
            ("durabletask.type", "event"), ("durabletask.task.name", "Go"), ("durabletask.event.target_instance_id", id));
    }

    [Fact]
    public async Task Entities_are_part_of_the_tree()
    {
        EntityInstanceId a = new("Counter", "a");
        Node.Entity<Counter>("counter").Orchestrator("Started", context => Task.FromResult(context.GetInput<int>()));
        Node.Orchestrator("Root", async context =>
        {
            await context.Entities.SignalEntityAsync(a, "Add", 1);
            await context.Entities.CallEntityAsync<int>(a, "Pass", new Payment("b", 1));
            return await context.Entities.CallEntityAsync<string>(a, "Start", "Started");
        });
        await Node.StartAsync();
        OrchestrationMetadata end = await Node.EndOfAsync(await ScheduleAsync("Root"));
        await Node.EndOfAsync(end.ReadOutputAs<string>()!);
        using (_spans.Enter())
        {
            await Node.Client.Entities.SignalEntityAsync(new EntityInstanceId("counter", "c"), "Fail", 1);
        }

        await CountAsync(14);
        Activity root = _spans.One("orchestration:Root", ActivityKind.Server);
        Activity[] adds = [.. _spans.All.Where(static span => span.DisplayName == "entity:counter:Add")];
        Activity signal = Assert.Single(adds, span => span.ParentSpanId == root.SpanId);
        Assert.Equal(ActivityKind.Producer, signal.Kind);
        Activity applied = Assert.Single(adds, span => span.ParentSpanId == signal.SpanId);
        Assert.Equal(ActivityKind.Consumer, applied.Kind);
        Activity call = _spans.One("entity:counter:Pass", ActivityKind.Client);
        Activity pass = _spans.One("entity:counter:Pass", ActivityKind.Server);
        Assert.Equal(root.SpanId, call.ParentSpanId);
        Assert.Equal(call.SpanId, pass.ParentSpanId);
        Activity passedOn = Assert.Single(adds, span => span.ParentSpanId == pass.SpanId);
        Assert.Single(adds, span => span.ParentSpanId == passedOn.SpanId && span.Kind == ActivityKind.Consumer);
        Activity creation = _spans.One("counter:create_orchestration", ActivityKind.Producer);
        Assert.Equal(_spans.One("entity:counter:Start", ActivityKind.Server).SpanId, creation.ParentSpanId);
        Assert.Equal(creation.SpanId, _spans.One("orchestration:Started", ActivityKind.Server).ParentSpanId);
        Activity failed = _spans.One("entity:counter:Fail", ActivityKind.Consumer);
        Assert.Equal(_spans.One("entity:counter:Fail", ActivityKind.Producer).SpanId, failed.ParentSpanId);
        Assert.Equal(ActivityStatusCode.Error, failed.Status);
        Check(signal, ("durabletask.type", "entity"), ("durabletask.task.operation", "signal_entity"), ("durabletask.event.target_instance_id", "@counter@a"));
        Check(applied, ("durabletask.type", "entity"), ("durabletask.task.operation", "signal_entity"), ("durabletask.task.instance_id", "@counter@a"));
        Check(call, ("durabletask.type", "entity"), ("durabletask.task.operation", "call_entity"), ("durabletask.event.target_instance_id", "@counter@a"));
        Check(pass, ("durabletask.type", "entity"), ("durabletask.task.operation", "call_entity"), ("durabletask.task.instance_id", "@counter@a"));
        Check(passedOn, ("durabletask.type", "entity"), ("durabletask.task.operation", "signal_entity"), ("durabletask.event.target_instance_id", "@counter@b"), ("durabletask.task.instance_id", "@counter@a"));
    }

    [Fact]
    public async Task The_code_runs_in_its_span()
    {
        string? first = null;
        string? last = null;
        Node.Orchestrator("Root", async context =>
        {
            first = context.IsReplaying ? first : System.Diagnostics.Activity.Current?.Id;
            await context.CreateTimer(context.CurrentUtcDateTime, CancellationToken.None);
            last = context.IsReplaying ? last : System.Diagnostics.Activity.Current?.Id;
        });
        await Node.StartAsync();
        await Node.EndOfAsync(await ScheduleAsync("Root"));

        await CountAsync(3);
        Assert.Equal(_spans.One("orchestration:Root", ActivityKind.Server).Id, first);
        Assert.Equal(first, last);
    }

    [Fact]
    public async Task What_nobody_traces_stores_nothing_of_it()
    {
        Node.Activity<int, int>("Same", static given => given);
        Node.Orchestrator("Root", context => context.CallActivityAsync<int>("Same", 1));
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Root"); // In no trace of this test, and taken by nobody else.
        await Node.EndOfAsync(id);

        ExecutionStarted start = (await Node.HistoryAsync(id)).OfType<ExecutionStarted>().Single();
        Assert.Null(start.Trace);
        Assert.Empty(_spans.All);
    }

    [Fact]
    public async Task A_trace_from_outside_is_kept_where_nobody_takes_spans()
    {
        Node.Orchestrator("Child", _ => Task.FromResult(1));
        Node.Orchestrator("Root", context => context.CallSubOrchestratorAsync<int>("Child", new SubOrchestrationOptions(instanceId: "child")));
        await Node.StartAsync();
        string id;
        using (var caller = new Activity("caller"))
        {
            caller.SetParentId("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00").Start();
            id = await Node.ScheduleAsync("Root");
        }

        await Node.EndOfAsync(id);
        string kept = (await Node.HistoryAsync(id)).OfType<ExecutionStarted>().Single().Trace!.Parent;
        string child = (await Node.HistoryAsync("child")).OfType<ExecutionStarted>().Single().Trace!.Parent;
        Assert.StartsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-", kept, StringComparison.Ordinal);
        Assert.StartsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-", child, StringComparison.Ordinal);
        Assert.NotEqual(kept, child);
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_harm_the_orchestration()
    {
        using var thrower = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Microsoft.DurableTask",
            ActivityStopped = static span =>
            {
                if (span.DisplayName == "orchestration:Unlucky")
                {
                    throw new InvalidOperationException("listener");
                }
            },
        };
        ActivitySource.AddActivityListener(thrower);
        Node.Orchestrator("Unlucky", _ => Task.FromResult(1));
        await Node.StartAsync();

        Assert.Equal(1, (await Node.EndOfAsync(await ScheduleAsync("Unlucky"))).ReadOutputAs<int>());
        Assert.Contains(Node.Errors, static error => error.Contains("writing spans", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _spans.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<string> ScheduleAsync(string name, object? input = null)
    {
        using (_spans.Enter())
        {
            return await Node.ScheduleAsync(name, input);
        }
    }

    private Task CountAsync(int spans) => Wait.UntilAsync(() => _spans.All.Count >= spans);

    public sealed class Live() : SpanTests(live: true);

    public sealed class Rebuilt() : SpanTests(live: false);

    /// <summary>Those tags and no others; null stands for any value.</summary>
    private static void Check(Activity span, params (string Name, object? Value)[] tags)
    {
        Assert.Equal(tags.Select(static tag => tag.Name).Order(), span.TagObjects.Select(static tag => tag.Key).Order());
        foreach ((string name, object? value) in tags)
        {
            Assert.True(value is null || Equals(value, span.GetTagItem(name)), $"{name} is {span.GetTagItem(name)}, not {value}.");
        }
    }
}
