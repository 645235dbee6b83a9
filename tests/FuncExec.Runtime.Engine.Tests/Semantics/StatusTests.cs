using FuncExec.Runtime.Engine.Tests.Nodes;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Custom status, tags and versions: what an instance shows of itself.</summary>
public abstract class StatusTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task A_custom_status_is_shown_after_the_turn_that_set_it_and_stays_until_it_is_cleared()
    {
        Node.Orchestrator("Show", async context =>
        {
            context.SetCustomStatus("overwritten in the same turn");
            context.SetCustomStatus(new { step = 1 });
            await context.WaitForExternalEvent<string>("Next");
            await context.WaitForExternalEvent<string>("Next");
            context.SetCustomStatus(null);
            await context.WaitForExternalEvent<string>("Next");
            context.SetCustomStatus("last");
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Show");

        await Node.StartOfAsync(id);
        Assert.Equal("""{"step":1}""", (await Node.FindAsync(id))!.SerializedCustomStatus);
        await Node.Client.RaiseEventAsync(id, "Next");
        await Wait.UntilAsync(async () => (await Node.TurnsAsync(id)).Count == 3);
        Assert.Equal("""{"step":1}""", (await Node.FindAsync(id))!.SerializedCustomStatus);
        await Node.Client.RaiseEventAsync(id, "Next");
        await Wait.UntilAsync(async () => (await Node.FindAsync(id))!.SerializedCustomStatus is null);
        await Node.Client.RaiseEventAsync(id, "Next");
        Assert.Equal("last", (await Node.EndOfAsync(id)).ReadCustomStatusAs<string>());
    }

    [Fact]
    public async Task A_custom_status_survives_failure_and_the_next_generation()
    {
        Node.Orchestrator("Fail", context =>
        {
            if (context.GetInput<int>() == 0)
            {
                context.SetCustomStatus("half way");
                context.ContinueAsNew(1);
                return Task.CompletedTask;
            }

            throw new BrokenException("broken");
        });
        await Node.StartAsync();

        OrchestrationMetadata end = await Node.RunAsync("Fail", 0);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("half way", end.ReadCustomStatusAs<string>());
    }

    [Fact]
    public async Task A_custom_status_or_result_that_does_not_serialize_fails_the_instance()
    {
        Node.Orchestrator("Status", async context =>
        {
            context.SetCustomStatus(new Unspeakable());
            await context.WaitForExternalEvent<string>("Never");
        });
        Node.Orchestrator("Result", _ => Task.FromResult(new Unspeakable()));
        await Node.StartAsync();

        foreach (string name in new[] { "Status", "Result" })
        {
            OrchestrationMetadata end = await Node.RunAsync(name);
            Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
            Assert.Contains("cannot be said", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tags_are_kept_with_the_instance_and_over_its_generations()
    {
        Node.Orchestrator("Tagged", context =>
        {
            if (context.GetInput<int>() == 0)
            {
                context.ContinueAsNew(1);
            }

            return Task.CompletedTask;
        });
        await Node.StartAsync();
        var tags = new Dictionary<string, string> { ["team"] = "blue", ["ümlaut"] = "\"x\"" };

        string id = await Node.Client.ScheduleNewOrchestrationInstanceAsync("Tagged", 0, new StartOrchestrationOptions { Tags = tags });
        Assert.Equal(tags, (await Node.EndOfAsync(id)).Tags);
        Assert.Empty((await Node.RunAsync("Tagged", 1)).Tags);
    }

    [Fact]
    public async Task Tags_and_version_of_a_call_reach_the_child()
    {
        Node.Options.DefaultVersion = "1.0";
        Node.Orchestrator("Child", context => Task.FromResult(context.Version));
        Node.Orchestrator("Parent", async context => new[]
        {
            await context.CallSubOrchestratorAsync<string>("Child"),
            await context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions(instanceId: "tagged")
            {
                Version = "3.1",
                Tags = new Dictionary<string, string> { ["a"] = "b" },
            }),
            await context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions { Version = TaskVersion.Unversioned }),
            context.Version,
        });
        await Node.StartAsync();

        string id = await Node.Client.ScheduleNewOrchestrationInstanceAsync("Parent", null, new StartOrchestrationOptions { Version = "2.0" });
        Assert.Equal(["1.0", "3.1", "", "2.0"], (await Node.EndOfAsync(id)).ReadOutputAs<List<string>>()!);
        Assert.Equal("b", (await Node.FindAsync("tagged"))!.Tags["a"]);
        Assert.Equal("1.0", (await Node.RunAsync("Child")).ReadOutputAs<string>());
    }

    public sealed class Live() : StatusTests(live: true);

    public sealed class Rebuilt() : StatusTests(live: false);

    private sealed class Unspeakable
    {
        public string Word => throw new NotSupportedException("cannot be said");
    }
}
