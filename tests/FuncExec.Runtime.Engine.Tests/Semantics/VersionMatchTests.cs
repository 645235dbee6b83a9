using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Hosting;
using Microsoft.DurableTask.Client;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Which orchestrations a node takes, by their version.</summary>
public abstract class VersionMatchTests : EngineTests
{
    protected VersionMatchTests(bool live)
        : base(live)
    {
        Node.Options.DefaultVersion = "2.0";
        Node.Orchestrator("Say", static context => Task.FromResult(context.Version));
        Node.Orchestrator("Parent", static context =>
            context.CallSubOrchestratorAsync<string>("Say", new SubOrchestrationOptions(instanceId: "child") { Version = "3.0" }));
        Node.Orchestrator("Wait", static async context =>
        {
            await context.WaitForExternalEvent<int>("Go");
            return context.Version;
        });
        Node.Orchestrator("Renew", static context =>
        {
            if (context.Version == "2.0")
            {
                context.ContinueAsNew(new ContinueAsNewOptions { NewVersion = "3.0" });
            }

            return Task.FromResult(context.Version);
        });
    }

    [Theory]
    [InlineData(VersionMatchStrategy.None, new[] { "", "1.0", "2.0", "2.0.1", "10.0" }, new string[0])]
    [InlineData(VersionMatchStrategy.Strict, new[] { "2.0" }, new[] { "", "1.0", "2.0.1", "10.0" })]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, new[] { "", "1.0", "2.0" }, new[] { "2.0.1", "10.0" })]
    public async Task The_strategy_says_which_versions_are_taken(VersionMatchStrategy strategy, string[] taken, string[] failed)
    {
        Node.Options.VersionMatchStrategy = strategy;
        Node.Options.VersionFailureStrategy = VersionFailureStrategy.Fail;
        await Node.StartAsync();

        foreach (string version in taken)
        {
            Assert.Equal(version, (await Node.EndOfAsync(await ScheduleAsync("Say", version))).ReadOutputAs<string>());
        }

        foreach (string version in failed)
        {
            OrchestrationMetadata end = await Node.EndOfAsync(await ScheduleAsync("Say", version));
            Assert.Equal(("VersionMismatch", OrchestrationRuntimeStatus.Failed), (end.FailureDetails!.ErrorType, end.RuntimeStatus));
            Assert.Contains("'2.0'", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_rejected_waits_for_a_node_that_takes_it()
    {
        Node.Options.VersionMatchStrategy = VersionMatchStrategy.CurrentOrOlder;
        await Node.StartAsync();
        string rejected = await ScheduleAsync("Wait", "3.0");
        string parent = await Node.ScheduleAsync("Parent");
        string renewed = await Node.ScheduleAsync("Renew");
        await Node.Client.RaiseEventAsync(rejected, "Go", 1);
        await Wait.UntilAsync(() => Node.Warnings.Count(static warning => warning.Contains("'3.0' is greater than the worker version '2.0'", StringComparison.Ordinal)) >= 3);
        await Node.CrashAndStartAsync();
        await Node.RunAsync("Say"); // Others go on.
        foreach (string id in (string[])[rejected, "child", renewed])
        {
            Assert.False((await Node.FindAsync(id))!.IsCompleted, id);
        }

        await Node.CrashAsync();
        Node.Options.DefaultVersion = "3.0";
        await Node.StartAsync();

        Assert.Equal("3.0", (await Node.EndOfAsync(rejected)).ReadOutputAs<string>());
        Assert.Equal("3.0", (await Node.EndOfAsync(parent)).ReadOutputAs<string>());
        Assert.Equal("3.0", (await Node.EndOfAsync(renewed)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task What_is_to_fail_fails_its_parent_and_its_next_generation()
    {
        Node.Options.VersionMatchStrategy = VersionMatchStrategy.CurrentOrOlder;
        Node.Options.VersionFailureStrategy = VersionFailureStrategy.Fail;
        await Node.StartAsync();

        OrchestrationMetadata parent = await Node.RunAsync("Parent");
        OrchestrationMetadata renewed = await Node.RunAsync("Renew");

        Assert.Equal("VersionMismatch", parent.FailureDetails!.InnerFailure!.ErrorType);
        Assert.Equal("VersionMismatch", renewed.FailureDetails!.ErrorType);
    }

    private Task<string> ScheduleAsync(string name, string version) => Node.Client.ScheduleNewOrchestrationInstanceAsync(
        name, null, new StartOrchestrationOptions { Version = version });

    public sealed class Live() : VersionMatchTests(live: true);

    public sealed class Rebuilt() : VersionMatchTests(live: false);
}
