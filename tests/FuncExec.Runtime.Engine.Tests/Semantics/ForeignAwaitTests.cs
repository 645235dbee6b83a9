#pragma warning disable xUnit1030, CA2007 // Orchestrators here do what they must not.
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.Orchestrations;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Orchestrators that await what is not durable.</summary>
public abstract class ForeignAwaitTests(bool live) : EngineTests(live)
{
    [Fact]
    public Task Awaiting_a_delay_fails_the_instance() => FailsAsync(async context =>
    {
        await Task.Delay(200);
        return await context.CallActivityAsync<string>("Same", "x");
    });

    [Fact]
    public Task Awaiting_a_delay_and_then_ending_fails_the_instance() => FailsAsync(async _ =>
    {
        await Task.Delay(200);
        return "x";
    });

    [Fact]
    public async Task Awaiting_work_on_the_pool_fails_the_instance()
    {
        var gate = new Signal();
        Task<OrchestrationMetadata> ends = EndAsync(async context =>
        {
            await Task.Run(() => gate.WaitAsync());
            return await context.CallActivityAsync<string>("Same", "x");
        });
        await Node.ReachesAsync("foreign", OrchestrationRuntimeStatus.Running);
        gate.Set();

        // Run once more, the pool may have done it before it is awaited: then the code decides otherwise than before.
        OrchestrationMetadata end = await ends;
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains(end.FailureDetails!.ErrorType, (string[])[typeof(InvalidOperationException).FullName!, typeof(NonDeterministicOrchestrationException).FullName!]);
    }

    [Fact]
    public Task Leaving_the_scheduler_fails_the_instance() => FailsAsync(async context =>
    {
        await context.CallActivityAsync<string>("Same", "x").ConfigureAwait(false);
        return await context.CallActivityAsync<string>("Same", "y");
    });

    [Fact]
    public Task Awaiting_a_foreign_task_in_one_branch_fails_the_instance() => FailsAsync(async context =>
    {
        Task<string> good = context.CallActivityAsync<string>("Same", "x");
        Task<string> bad = BranchAsync();
        return (await Task.WhenAll(good, bad))[0];

        async Task<string> BranchAsync()
        {
            await Task.Delay(200);
            return await context.CallActivityAsync<string>("Same", "y");
        }
    });

    [Fact]
    public async Task Using_the_context_on_another_thread_fails_there()
    {
        Exception? thrown = null;
        Node.Activity<string, string>("Same", given => given);
        Node.Orchestrator("Foreign", async context =>
        {
            var thread = new Thread(() => thrown = Record.Exception(() => context.SetCustomStatus("from afar")));
            thread.Start();
            thread.Join();
            return await context.CallActivityAsync<string>("Same", "own");
        });
        await Node.StartAsync();

        Assert.Equal("own", await Node.ResultAsync<string>("Foreign"));
        Assert.Contains("'Foreign'", Assert.IsType<InvalidOperationException>(thrown).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Yielding_does_no_harm()
    {
        Node.Activity<string, string>("Same", given => given);
        Node.Orchestrator("Yield", async context =>
        {
            await Task.Yield();
            string first = await context.CallActivityAsync<string>("Same", "x");
            await Task.Yield();
            return first + await context.CallActivityAsync<string>("Same", "y");
        });
        await Node.StartAsync();

        Assert.Equal("xy", await Node.ResultAsync<string>("Yield"));
    }

    private async Task<OrchestrationMetadata> EndAsync(Func<TaskOrchestrationContext, Task<string>> code)
    {
        Node.Activity<string, string>("Same", given => given);
        Node.Orchestrator("Foreign", code);
        await Node.StartAsync();
        return await Node.RunAsync("Foreign", id: "foreign");
    }

    private async Task<string> FailsAsync(Func<TaskOrchestrationContext, Task<string>> code)
    {
        OrchestrationMetadata end = await EndAsync(code);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(typeof(InvalidOperationException).FullName, end.FailureDetails!.ErrorType);
        string message = end.FailureDetails.ErrorMessage;
        Assert.Contains("'Foreign'", message, StringComparison.Ordinal);
        Assert.Contains("CreateTimer instead of Task.Delay", message, StringComparison.Ordinal);
        return message;
    }

    public sealed class Live() : ForeignAwaitTests(live: true);

    public sealed class Rebuilt() : ForeignAwaitTests(live: false);
}
