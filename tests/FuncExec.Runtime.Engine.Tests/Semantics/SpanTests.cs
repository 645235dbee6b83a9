using System.Collections.Concurrent;
using System.Diagnostics;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>The spans that somebody who listens gets, by the W3C's trace context.</summary>
public abstract class SpanTests : EngineTests
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private ActivityListener? _listener;

    protected SpanTests(bool live)
        : base(live)
    {
        Node.Activity<int, int>("Double", static number => 2 * number);
        Node.Activity<int, int>("Break", static _ => throw new BrokenException("no"));
        Node.Orchestrator("Child", static context => context.CallActivityAsync<int>("Double", 1));
        Node.Orchestrator("Parent", static async context =>
        {
            int here = await context.CallActivityAsync<int>("Double", 2);
            await context.WaitForExternalEvent<int>("Go");
            return here + await context.CallSubOrchestratorAsync<int>("Child", new SubOrchestrationOptions(instanceId: "child") { Version = "1.2" });
        });
        Node.Orchestrator("Fail", static context => context.CallActivityAsync<int>("Break", 1));
        Node.Orchestrator("Again", static context =>
        {
            if (context.GetInput<int>() < 2)
            {
                context.ContinueAsNew(context.GetInput<int>() + 1);
            }

            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_start_its_activities_and_its_children_are_one_tree_over_crashes()
    {
        await Node.StartAsync();
        using Activity root = Listen();
        string id = await Node.ScheduleAsync("Parent");
        await Node.ReachesAsync(id, Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Running);
        await Wait.UntilAsync(() => Named("activity:Double").Count == 1);
        await Node.CrashAndStartAsync();
        await Node.Client.RaiseEventAsync(id, "Go", 1);
        await Node.EndOfAsync(id);

        Activity create = Assert.Single(Named("create_orchestration:Parent"));
        Activity parent = Assert.Single(Named("orchestration:Parent"));
        Activity child = Assert.Single(Named("orchestration:Child@(1.2)"));
        Activity raised = Assert.Single(Named("orchestration_event:Go"));
        Assert.Equal((root.SpanId, ActivityKind.Producer), (create.ParentSpanId, create.Kind));
        Assert.Equal((create.SpanId, ActivityKind.Server), (parent.ParentSpanId, parent.Kind));
        Assert.Equal((parent.SpanId, ActivityKind.Server), (child.ParentSpanId, child.Kind));
        Assert.Equal((root.SpanId, ActivityKind.Producer), (raised.ParentSpanId, raised.Kind));
        Assert.Equal([parent.SpanId, child.SpanId], Named("activity:Double").Select(static span => span.ParentSpanId).Distinct().OrderBy(span => span == child.SpanId));
        Assert.Equal(("orchestration", "Parent", id, "Completed"), Tags(parent));
        Assert.Equal(("orchestration", "Child", "child", "Completed"), Tags(child));
        Assert.Equal("1.2", child.GetTagItem("durabletask.task.version"));
        Assert.True(parent.Duration >= child.Duration && parent.StartTimeUtc >= create.StartTimeUtc.AddMilliseconds(-1));
    }

    [Fact]
    public async Task A_failure_is_told_of_both()
    {
        await Node.StartAsync();
        using Activity root = Listen();

        string id = (await Node.RunAsync("Fail")).InstanceId;

        Activity activity = Assert.Single(Named("activity:Break"));
        Activity orchestration = Assert.Single(Named("orchestration:Fail"));
        Assert.Equal((ActivityStatusCode.Error, "no"), (activity.Status, activity.StatusDescription));
        Assert.Equal(ActivityStatusCode.Error, orchestration.Status);
        Assert.Equal(("orchestration", "Fail", id, "Failed"), Tags(orchestration));
    }

    [Fact]
    public async Task Each_generation_has_a_span_of_its_own_under_the_start()
    {
        await Node.StartAsync();
        using Activity root = Listen();

        await Node.RunAsync("Again", 0);

        Assert.Equal(["ContinuedAsNew", "ContinuedAsNew", "Completed"], Named("orchestration:Again").Select(static span => span.GetTagItem("durabletask.task.status")));
        Assert.Equal(3, Named("orchestration:Again").Select(static span => span.SpanId).Distinct().Count());
        Assert.Equal(Assert.Single(Named("create_orchestration:Again")).SpanId, Assert.Single(Named("orchestration:Again").Select(static span => span.ParentSpanId).Distinct()));
    }

    [Fact]
    public async Task What_is_not_sampled_is_not_written()
    {
        await Node.StartAsync();
        using Activity root = Listen(ActivitySamplingResult.PropagationData);

        await Node.RunAsync("Fail");

        Activity[] spans = [.. _ended.Where(span => span.TraceId == root.TraceId)];
        Assert.NotEmpty(spans);
        Assert.All(spans, static span => Assert.False(span.Recorded));
    }

    /// <inheritdoc cref="IAsyncLifetime.DisposeAsync"/>
    public override async Task DisposeAsync()
    {
        _listener?.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>Listens to one trace from now on: what other tests do meanwhile belongs to others.</summary>
    private Activity Listen(ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        Activity root = new Activity("root") { ActivityTraceFlags = sampling is ActivitySamplingResult.AllDataAndRecorded ? ActivityTraceFlags.Recorded : 0 }.Start();
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Microsoft.DurableTask",
            Sample = (ref ActivityCreationOptions<ActivityContext> span) => span.TraceId == root.TraceId ? sampling : ActivitySamplingResult.None,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        return root;
    }

    private List<Activity> Named(string name)
    {
        ActivityTraceId trace = Activity.Current!.TraceId;
        return [.. _ended.Where(span => span.DisplayName == name && span.TraceId == trace)];
    }

    private static (object?, object?, object?, object?) Tags(Activity span) => (
        span.GetTagItem("durabletask.type"), span.GetTagItem("durabletask.task.name"),
        span.GetTagItem("durabletask.task.instance_id"), span.GetTagItem("durabletask.task.status"));

    public sealed class Live() : SpanTests(live: true);

    public sealed class Rebuilt() : SpanTests(live: false);
}
