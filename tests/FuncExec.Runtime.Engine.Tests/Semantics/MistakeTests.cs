using System.Text.Json;
using FuncExec.Runtime.Engine.Tests.Nodes;
using FuncExec.Runtime.History;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>What an author or caller gets wrong is named at once and in one place.</summary>
public abstract class MistakeTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task An_unknown_orchestrator_is_refused_with_the_known_ones()
    {
        Node.Orchestrator("Known", _ => Task.CompletedTask);
        Node.Orchestrator("Also", _ => Task.CompletedTask);
        await Node.StartAsync();

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => Node.ScheduleAsync("Unknwon"));
        Assert.Contains("'Unknwon'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'Also', 'Known'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_of_an_unknown_function_fails_with_the_known_ones_and_is_not_tried_again()
    {
        Node.Activity<string, string>("Known", given => given);
        var policy = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromDays(1)));
        Node.Orchestrator("Activity", context => context.CallActivityAsync<string>("Lost", "x", policy));
        Node.Orchestrator("Child", context => context.CallSubOrchestratorAsync<string>("Lost", "x", policy));
        await Node.StartAsync();

        TaskFailureDetails activity = (await Node.RunAsync("Activity")).FailureDetails!.InnerFailure!;
        Assert.Equal("ActivityTaskNotFound", activity.ErrorType);
        Assert.Contains("'Lost'", activity.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("'Known'", activity.ErrorMessage, StringComparison.Ordinal);
        TaskFailureDetails child = (await Node.RunAsync("Child")).FailureDetails!.InnerFailure!;
        Assert.Equal("OrchestratorTaskNotFound", child.ErrorType);
        Assert.Contains("'Activity', 'Child'", child.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_orchestrator_that_was_taken_out_fails_its_instances_when_they_go_on()
    {
        Node.Orchestrator("Removed", context => context.WaitForExternalEvent<string>("Word"));
        Node.Orchestrator("Kept", _ => Task.CompletedTask);
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Removed");
        await Node.StartOfAsync(id);
        await Node.StopAsync();
        Node.Forget("Removed");
        await Node.StartAsync();

        await Node.Client.RaiseEventAsync(id, "Word");
        OrchestrationMetadata end = await Node.EndOfAsync(id);
        Assert.Equal("OrchestratorTaskNotFound", end.FailureDetails!.ErrorType);
        Assert.Contains("'Kept'", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_or_result_that_does_not_deserialize_says_whose_it_is_and_what_was_asked_for()
    {
        Node.Activity<string, string>("Text", _ => "no number");
        Node.Orchestrator("Input", context => Task.FromResult(context.GetInput<int>()));
        Node.Orchestrator("Result", async context =>
        {
            try
            {
                return $"{await context.CallActivityAsync<int>("Text")}";
            }
            catch (JsonException exception)
            {
                return exception.Message;
            }
        });
        await Node.StartAsync();

        TaskFailureDetails input = (await Node.RunAsync("Input", "text")).FailureDetails!;
        Assert.Equal(typeof(JsonException).FullName, input.ErrorType);
        Assert.Contains("The input of 'Input'", input.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("System.Int32", input.ErrorMessage, StringComparison.Ordinal);
        string result = await Node.ResultAsync<string>("Result");
        Assert.Contains("'Text'", result, StringComparison.Ordinal);
        Assert.Contains("System.Int32", result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_above_the_limit_is_refused_wherever_it_comes_from()
    {
        Node.Options.MaxPayloadLength = 2_000;
        string large = new('x', 3_000);
        Node.Activity<string, string>("Same", given => given);
        Node.Activity<int, string>("Make", length => new string('x', length));
        Node.Orchestrator("Call", context => context.CallActivityAsync<string>("Same", large));
        Node.Orchestrator("Result", context => context.CallActivityAsync<string>("Make", 3_000));
        Node.Orchestrator("Output", _ => Task.FromResult(large));
        Node.Orchestrator("Child", context => context.CallSubOrchestratorAsync<string>("Output", large));
        Node.Orchestrator("Status", async context =>
        {
            context.SetCustomStatus(large);
            await context.CallActivityAsync("Same", "");
        });
        Node.Orchestrator("Fits", context => context.CallActivityAsync<string>("Make", 1_900));
        await Node.StartAsync();

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => Node.ScheduleAsync("Fits", large));
        Assert.Contains("the limit is 2000", refused.Message, StringComparison.Ordinal);
        foreach (string name in new[] { "Call", "Output", "Child", "Status" })
        {
            OrchestrationMetadata end = await Node.RunAsync(name);
            Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
            Assert.Contains("the limit is 2000", end.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        }

        Assert.Contains("the limit is 2000", (await Node.RunAsync("Result")).FailureDetails!.InnerFailure!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(1_900, (await Node.ResultAsync<string>("Fits")).Length);
        string id = await Node.ScheduleAsync("Fits");
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.RaiseEventAsync(id, "Word", large));
        await Assert.ThrowsAsync<ArgumentException>(() => Node.Client.TerminateInstanceAsync(id, large));
    }

    [Fact]
    public async Task An_instance_whose_history_grows_past_the_limit_fails_and_says_what_to_do()
    {
        Node.Options.MaxHistoryEvents = 100;
        Node.Options.ShadowReplayEvery = 10;
        Node.Activity<int, int>("Same", given => given);
        Node.Orchestrator("Calls", async context =>
        {
            while (true)
            {
                await context.CallActivityAsync<int>("Same", 1);
            }
        });
        Node.Orchestrator<int>("Events", async context =>
        {
            while (true)
            {
                await context.WaitForExternalEvent<int>("Word");
            }
        });
        await Node.StartAsync();

        OrchestrationMetadata calls = await Node.RunAsync("Calls");
        Assert.Contains("100 events", calls.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("ContinueAsNew", calls.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.InRange((await Node.HistoryAsync(calls.InstanceId)).Count, 90, 110);

        string id = await Node.ScheduleAsync("Events");
        await Task.WhenAll(Enumerable.Range(0, 90).Select(n => Node.Client.RaiseEventAsync(id, "Word", n)));
        for (int i = 0; i < 20; i++)
        {
            try
            {
                await Node.Client.RaiseEventAsync(id, "Word", i);
            }
            catch (InvalidOperationException)
            {
                break; // It has failed already.
            }
        }

        OrchestrationMetadata events = await Node.EndOfAsync(id);
        Assert.Contains("100 events", events.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_that_was_changed_under_a_running_instance_is_told_what_was_expected_and_found()
    {
        Node.Activity<string, string>("Old", given => given);
        Node.Activity<string, string>("New", given => given);
        Node.Orchestrator("Changed", async context =>
        {
            await context.CallActivityAsync("Old");
            await context.WaitForExternalEvent<string>("Word");
        });
        await Node.StartAsync();
        string id = await Node.ScheduleAsync("Changed");
        await Wait.UntilAsync(async () => (await Node.HistoryAsync(id)).OfType<TaskCompleted>().Any());
        await Node.StopAsync();
        Node.Orchestrator("Changed", async context =>
        {
            await context.CallActivityAsync("New");
            await context.WaitForExternalEvent<string>("Word");
        });
        await Node.StartAsync();

        await Node.Client.RaiseEventAsync(id, "Word");
        TaskFailureDetails failure = (await Node.EndOfAsync(id)).FailureDetails!;
        Assert.EndsWith("NonDeterministicOrchestrationException", failure.ErrorType, StringComparison.Ordinal);
        Assert.Contains("'Changed'", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("expects activity 'Old'", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("gave activity 'New'", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("docs/versioning.md", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_that_decides_otherwise_on_replay_is_found_by_the_shadow_replay()
    {
        int calls = 0;
        Node.AllowedShadowDifferences = 1;
        Node.Options.MaxLiveInstances = 1_000;
        Node.Activity<string, string>("A", given => given);
        Node.Activity<string, string>("B", given => given);
        Node.Orchestrator("Random", context => context.CallActivityAsync<string>(Interlocked.Increment(ref calls) == 1 ? "A" : "B"));
        await Node.StartAsync();

        TaskFailureDetails failure = (await Node.RunAsync("Random")).FailureDetails!;
        Assert.Contains("expects activity 'A'", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("gave activity 'B'", failure.ErrorMessage, StringComparison.Ordinal);
    }

    public sealed class Live() : MistakeTests(live: true);

    public sealed class Rebuilt() : MistakeTests(live: false);
}
