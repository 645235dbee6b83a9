using FuncExec.Runtime.Engine.Tests.Nodes;
using Microsoft.DurableTask.Worker;
using static Microsoft.DurableTask.Worker.DurableTaskWorkerOptions;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Which versions of orchestrations a node runs.</summary>
public abstract class VersionTests(bool live) : EngineTests(live)
{
    [Theory]
    [InlineData(VersionMatchStrategy.None, "9.0", null)]
    [InlineData(VersionMatchStrategy.Strict, "1.2", null)]
    [InlineData(VersionMatchStrategy.Strict, "1.2.0", "The orchestration version '1.2.0' does not match the worker version '1.2'.")]
    [InlineData(VersionMatchStrategy.Strict, "1.1", "The orchestration version '1.1' does not match the worker version '1.2'.")]
    [InlineData(VersionMatchStrategy.Strict, "", "The orchestration version '' does not match the worker version '1.2'.")]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "", null)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "1.1", null)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "1.2", null)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "1.10", "The orchestration version '1.10' is greater than the worker version '1.2'.")]
    public async Task What_does_not_match_fails(VersionMatchStrategy strategy, string version, string? why)
    {
        Be("1.2", strategy, VersionFailureStrategy.Fail);
        Node.Orchestrator("Own", context => Task.FromResult(context.Version));
        await Node.StartAsync();

        OrchestrationMetadata end = await Node.EndOfAsync(await StartAsync("Own", version));

        if (why is null)
        {
            Assert.Equal(version, end.ReadOutputAs<string>());
        }
        else
        {
            Assert.Equal("VersionMismatch", end.FailureDetails!.ErrorType);
            Assert.Equal(why, end.FailureDetails.ErrorMessage);
        }
    }

    [Fact]
    public async Task What_is_rejected_waits_for_a_node_of_its_version()
    {
        Be("1.0", VersionMatchStrategy.CurrentOrOlder, VersionFailureStrategy.Reject);
        Node.Orchestrator("Own", async context => $"{context.Version} {await context.WaitForExternalEvent<string>("Word")}");
        await Node.StartAsync();
        string id = await StartAsync("Own", "2.0");
        await Node.Client.RaiseEventAsync(id, "Word", "kept");
        await Wait.UntilAsync(() => Node.Warnings.Any(warning => warning.Contains(id, StringComparison.Ordinal)));
        Assert.Equal("1.0", (await Node.EndOfAsync(await StartedAsync("1.0", "1.0 x"))).ReadOutputAs<string>()!.Split(' ')[0]);
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await Node.FindAsync(id))!.RuntimeStatus);
        Assert.Single(Node.Warnings, warning => warning.Contains($"'{id}' is not run here: The orchestration version '2.0' is greater than", StringComparison.Ordinal));

        await Node.StopAsync();
        Be("2.0", VersionMatchStrategy.CurrentOrOlder, VersionFailureStrategy.Reject);
        await Node.StartAsync();
        Assert.Equal("2.0 kept", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task What_has_begun_is_left_alone_by_an_older_node_whatever_it_waits_for()
    {
        Be("2.0", VersionMatchStrategy.Strict, VersionFailureStrategy.Reject);
        using var release = new SemaphoreSlim(0);
        Node.ActivityAsync<int, int>("Held", async (given, cancellation) =>
        {
            await release.WaitAsync(cancellation);
            return given;
        });
        Node.Orchestrator("Own", async context =>
        {
            Task<int> activity = context.CallActivityAsync<int>("Held", 1);
            await context.CreateTimer(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            return await activity + await context.WaitForExternalEvent<int>("Word");
        });
        await Node.StartAsync();
        string id = await StartAsync("Own", "2.0");
        await Node.ReachesAsync(id, OrchestrationRuntimeStatus.Running);
        await Node.CrashAsync();

        // The older one has other code under the name, which the history would fail.
        Be("1.0", VersionMatchStrategy.Strict, VersionFailureStrategy.Reject);
        Node.Orchestrator("Own", _ => Task.FromResult("other"));
        await Node.StartAsync();
        release.Release(); // Activities have no version of their own: it runs, and its result is kept.
        await Node.Client.RaiseEventAsync(id, "Word", 2);
        Assert.Equal("other", (await Node.EndOfAsync(await StartAsync("Own", "1.0"))).ReadOutputAs<string>());
        await Wait.UntilAsync(() => Node.Warnings.Any(warning => warning.Contains(id, StringComparison.Ordinal)));
        await Wait.UntilAsync(() => release.CurrentCount == 0);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Node.FindAsync(id))!.RuntimeStatus);
        await Node.StopAsync();

        Be("2.0", VersionMatchStrategy.Strict, VersionFailureStrategy.Reject);
        release.Release();
        Node.Orchestrator("Own", async context =>
        {
            Task<int> activity = context.CallActivityAsync<int>("Held", 1);
            await context.CreateTimer(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            return await activity + await context.WaitForExternalEvent<int>("Word");
        });
        await Node.StartAsync();
        Assert.Equal(3, (await Node.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_failing_node_fails_what_has_begun_and_tells_its_parent()
    {
        Be("", VersionMatchStrategy.None, VersionFailureStrategy.Fail);
        Node.Orchestrator("Child", context => context.WaitForExternalEvent<int>("Word"));
        Node.Orchestrator("Parent", context => context.CallSubOrchestratorAsync<int>(
            "Child", new SubOrchestrationOptions(instanceId: "child") { Version = "2.0" }));
        await Node.StartAsync();
        string id = await StartAsync("Parent", "1.0");
        await Node.ReachesAsync("child", OrchestrationRuntimeStatus.Running);
        await Node.StopAsync();

        Be("1.0", VersionMatchStrategy.CurrentOrOlder, VersionFailureStrategy.Fail);
        await Node.StartAsync();
        await Node.Client.RaiseEventAsync("child", "Word", 1);

        OrchestrationMetadata end = await Node.EndOfAsync(id);
        Assert.Equal("VersionMismatch", end.FailureDetails!.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task A_generation_is_judged_by_its_own_version()
    {
        Be("1.0", VersionMatchStrategy.CurrentOrOlder, VersionFailureStrategy.Reject);
        Node.Orchestrator("Own", context =>
        {
            if (context.Version == "1.0")
            {
                context.ContinueAsNew(new ContinueAsNewOptions { NewVersion = "2.0" });
            }

            return Task.FromResult(context.Version);
        });
        await Node.StartAsync();
        string id = await StartAsync("Own", "1.0");
        await Wait.UntilAsync(() => Node.Warnings.Any(warning => warning.Contains(id, StringComparison.Ordinal)));

        await Node.StopAsync();
        Be("2.0", VersionMatchStrategy.CurrentOrOlder, VersionFailureStrategy.Reject);
        await Node.StartAsync();
        Assert.Equal("2.0", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    public sealed class Live() : VersionTests(live: true);

    public sealed class Rebuilt() : VersionTests(live: false);

    private void Be(string version, VersionMatchStrategy match, VersionFailureStrategy failure) =>
        Node.Options.Versioning = new VersioningOptions { Version = version, MatchStrategy = match, FailureStrategy = failure };

    private Task<string> StartAsync(string name, string version) =>
        Node.Client.ScheduleNewOrchestrationInstanceAsync(name, null, new StartOrchestrationOptions { Version = version });

    private async Task<string> StartedAsync(string version, string word)
    {
        string id = await StartAsync("Own", version);
        await Node.Client.RaiseEventAsync(id, "Word", word);
        return id;
    }
}
