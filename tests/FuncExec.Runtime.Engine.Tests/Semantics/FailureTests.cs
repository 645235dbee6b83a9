using FuncExec.Runtime.Engine.Tests.Nodes;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>How errors travel from activities and sub-orchestrations to those who called them.</summary>
public abstract class FailureTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task A_failed_activity_tells_the_type_message_stack_and_cause_of_its_exception()
    {
        Node.Activity<string, string>("Break", BreakWith);
        TaskFailedException? caught = null;
        Node.Orchestrator("Catch", async context =>
        {
            try
            {
                return await context.CallActivityAsync<string>("Break", "glass");
            }
            catch (TaskFailedException exception)
            {
                caught = exception;
                return "caught";
            }
        });
        await Node.StartAsync();

        Assert.Equal("caught", await Node.ResultAsync<string>("Catch"));
        Assert.Equal("Break", caught!.TaskName);
        Assert.Equal(0, caught.TaskId);
        TaskFailureDetails failure = caught.FailureDetails;
        Assert.Equal(typeof(BrokenException).FullName, failure.ErrorType);
        Assert.Equal("glass is broken", failure.ErrorMessage);
        Assert.Contains(nameof(BreakWith), failure.StackTrace, StringComparison.Ordinal);
        Assert.Equal(typeof(FileNotFoundException).FullName, failure.InnerFailure!.ErrorType);
        Assert.Equal("the glue", failure.InnerFailure.ErrorMessage);
        Assert.Null(failure.InnerFailure.InnerFailure);
    }

    [Fact]
    public async Task The_cause_of_a_failure_is_recognised_by_its_type_and_by_its_base_types()
    {
        Node.Activity<string, string>("Break", BreakWith);
        Node.Orchestrator("Catch", async context =>
        {
            try
            {
                await context.CallActivityAsync("Break", "cup");
                return [];
            }
            catch (TaskFailedException exception)
            {
                TaskFailureDetails failure = exception.FailureDetails;
                return new[]
                {
                    failure.IsCausedBy<BrokenException>(), failure.IsCausedBy<InvalidOperationException>(), failure.IsCausedBy<Exception>(),
                    failure.InnerFailure!.IsCausedBy<IOException>(), failure.IsCausedBy<IOException>(),
                };
            }
        });
        await Node.StartAsync();

        Assert.Equal([true, true, true, true, false], await Node.ResultAsync<List<bool>>("Catch"));
    }

    [Fact]
    public async Task An_exception_that_nobody_catches_fails_the_instance()
    {
        Node.Orchestrator<string>("Throw", _ => throw new BrokenException("at once", new IOException("why")));
        Node.Activity<string, string>("Break", BreakWith);
        Node.Orchestrator("Pass", context => context.CallActivityAsync<string>("Break", "vase"));
        await Node.StartAsync();

        OrchestrationMetadata thrown = await Node.RunAsync("Throw");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, thrown.RuntimeStatus);
        Assert.Equal(typeof(BrokenException).FullName, thrown.FailureDetails!.ErrorType);
        Assert.Equal("why", thrown.FailureDetails.InnerFailure!.ErrorMessage);
        Assert.Equal($"{typeof(BrokenException).FullName}: at once", thrown.SerializedOutput);

        OrchestrationMetadata passed = await Node.RunAsync("Pass");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, passed.RuntimeStatus);
        Assert.Equal(typeof(TaskFailedException).FullName, passed.FailureDetails!.ErrorType);
        Assert.Contains("'Break'", passed.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(typeof(BrokenException).FullName, passed.FailureDetails.InnerFailure!.ErrorType);
        Assert.Equal("the glue", passed.FailureDetails.InnerFailure.InnerFailure!.ErrorMessage);
    }

    [Fact]
    public async Task A_failure_climbs_through_sub_orchestrations_level_by_level()
    {
        Node.Activity<string, string>("Break", BreakWith);
        Node.Orchestrator("Leaf", context => context.CallActivityAsync<string>("Break", "bowl"));
        Node.Orchestrator("Branch", context => context.CallSubOrchestratorAsync<string>("Leaf"));
        Node.Orchestrator("Root", async context =>
        {
            try
            {
                return await context.CallSubOrchestratorAsync<string>("Branch");
            }
            catch (TaskFailedException exception) when (exception.TaskName == "Branch")
            {
                TaskFailureDetails branch = exception.FailureDetails;
                TaskFailureDetails leaf = branch.InnerFailure!;
                TaskFailureDetails activity = leaf.InnerFailure!;
                Assert.True(branch.IsCausedBy<TaskFailedException>());
                Assert.True(leaf.IsCausedBy<TaskFailedException>());
                return $"{activity.ErrorMessage}; {activity.InnerFailure!.ErrorMessage}";
            }
        });
        await Node.StartAsync();

        Assert.Equal("bowl is broken; the glue", await Node.ResultAsync<string>("Root"));
    }

    [Fact]
    public async Task Of_several_failures_that_are_awaited_together_the_first_call_is_thrown_and_all_are_kept()
    {
        Node.Activity<string, string>("Break", BreakWith);
        Node.Orchestrator("All", async context =>
        {
            Task<string[]> all = Task.WhenAll(new[] { "a", "b", "c" }.Select(name => context.CallActivityAsync<string>("Break", name)));
            try
            {
                await all;
                return "none";
            }
            catch (TaskFailedException)
            {
                return string.Join(", ", all.Exception!.InnerExceptions.Cast<TaskFailedException>().Select(failed => failed.FailureDetails.ErrorMessage));
            }
        });
        await Node.StartAsync();

        Assert.Equal("a is broken, b is broken, c is broken", await Node.ResultAsync<string>("All"));
    }

    [Fact]
    public async Task A_terminated_child_fails_the_call_of_its_parent()
    {
        Node.Orchestrator("Sleeper", context => context.WaitForExternalEvent<string>("Never"));
        Node.Orchestrator("Parent", async context =>
        {
            try
            {
                return await context.CallSubOrchestratorAsync<string>("Sleeper", new SubOrchestrationOptions(instanceId: "child"));
            }
            catch (TaskFailedException exception)
            {
                return exception.FailureDetails.ErrorMessage;
            }
        });
        await Node.StartAsync();

        string id = await Node.ScheduleAsync("Parent");
        await Node.ReachesAsync("child", OrchestrationRuntimeStatus.Running);
        await Node.Client.TerminateInstanceAsync("child", "enough");
        Assert.Contains("'child' was terminated", (await Node.EndOfAsync(id)).ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_while_a_failure_is_handled_is_the_one_that_counts()
    {
        Node.Activity<string, string>("Break", BreakWith);
        Node.Activity<string, string>("Mend", what => $"mended {what}");
        Node.Orchestrator("Compensate", async context =>
        {
            var done = new List<string>();
            try
            {
                await context.CallActivityAsync("Break", "jar");
            }
            catch (TaskFailedException)
            {
                done.Add(await context.CallActivityAsync<string>("Mend", "jar"));
            }
            finally
            {
                done.Add(await context.CallActivityAsync<string>("Mend", "lid"));
            }

            await context.CallActivityAsync("Break", string.Join(" and ", done));
        });
        await Node.StartAsync();

        OrchestrationMetadata end = await Node.RunAsync("Compensate");
        Assert.Equal("mended jar and mended lid is broken", end.FailureDetails!.InnerFailure!.ErrorMessage);
    }

    private static string BreakWith(string what) => throw new BrokenException($"{what} is broken", new FileNotFoundException("the glue"));

    public sealed class Live() : FailureTests(live: true);

    public sealed class Rebuilt() : FailureTests(live: false);
}
