using System.Collections.Concurrent;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine.Tests.Placement;

/// <summary>What the tags of an activity call say of where and how soon it runs.</summary>
public abstract class PlacementTagTests : EngineTests
{
    private readonly ConcurrentQueue<int> _ran = new();
    private readonly Signal _open = new();

    protected PlacementTagTests(bool live)
        : base(live)
    {
        Node.ActivityAsync<int, int>("Act", async (input, cancellationToken) =>
        {
            _ran.Enqueue(input);
            await _open.WaitAsync(cancellationToken);
            return input;
        });
        Node.Orchestrator("Fan", async context =>
        {
            Call[] calls = context.GetInput<Call[]>()!;
            return (await Task.WhenAll(calls.Select((call, at) => context.CallActivityAsync<int>("Act", at, call.ToOptions())))).Sum();
        });
    }

    public sealed record Call(string? RunsOn, string? Priority)
    {
        public TaskOptions ToOptions()
        {
            Dictionary<string, string> tags = [];
            if (RunsOn is not null)
            {
                tags["funcexec.runsOn"] = RunsOn;
            }

            if (Priority is not null)
            {
                tags["funcexec.priority"] = Priority;
            }

            return new TaskOptions(tags: tags);
        }
    }

    [Fact]
    public void Names_of_the_tags_stand_in_histories()
    {
        Assert.Equal("funcexec.runsOn", PlacementTags.RunsOn);
        Assert.Equal("funcexec.priority", PlacementTags.Priority);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_node_cannot_run_waits_for_one_that_can(bool hasLimit)
    {
        if (hasLimit)
        {
            Node.Options.ActivityLimits["Act"] = 10;
        }

        _open.Set();
        Node.Options.Labels = Hubs.LabelSet.Parse("os=linux");
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Fan", new Call[] { new("gpu, os=linux", null), new("os=linux", null), new(null, null), new("OS=linux", null) });
        await Wait.UntilAsync(() => _ran.Count == 2);
        await Node.StopAsync();
        Assert.Equal([1, 2], _ran.Order());

        Node.Options.Labels = Hubs.LabelSet.Parse("os=linux,gpu,OS=linux");
        await Node.StartAsync();

        Assert.Equal(6, (await Node.EndOfAsync(id)).ReadOutputAs<int>());
        Assert.Equal([0, 1, 2, 3], _ran.Order());
    }

    [Fact]
    public async Task More_urgent_calls_are_leased_first()
    {
        Node.Options.MaxConcurrentActivities = 1;
        Node.Options.ActivityPrefetch = 1;
        await Node.StartAsync();
        string first = await Node.ScheduleAsync("Fan", new Call[] { new(null, null), new(null, null) });
        await Wait.UntilAsync(() => _ran.Count == 1);
        string rest = await Node.ScheduleAsync("Fan", new Call[] { new(null, null), new(null, "0"), new(null, "9"), new(null, "6") });
        await Wait.UntilAsync(async () => (await Node.TurnsAsync(rest)).Count == 2);

        _open.Set();
        await Node.EndOfAsync(first);
        await Node.EndOfAsync(rest);

        Assert.Equal([2, 3, 0, 1], _ran.Skip(2));
    }

    [Theory]
    [InlineData(null, "10", "The tag 'funcexec.priority' is '10'; it must be a whole number from 0 to 9.")]
    [InlineData(null, "-1", "The tag 'funcexec.priority' is '-1'; it must be a whole number from 0 to 9.")]
    [InlineData(null, "high", "The tag 'funcexec.priority' is 'high'; it must be a whole number from 0 to 9.")]
    [InlineData("a b", null, "The tag 'funcexec.runsOn' is 'a b'. 'a b' is no label")]
    public async Task Tags_that_say_what_cannot_be_fail_the_call(string? runsOn, string? priority, string message)
    {
        await Node.StartAsync();

        OrchestrationMetadata end = await Node.RunAsync("Fan", new Call[] { new(runsOn, priority) });

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains(message, end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_ran);
    }

    public sealed class Live() : PlacementTagTests(live: true);

    public sealed class Rebuilt() : PlacementTagTests(live: false);
}
