using FuncExec.Runtime.Engine.Tests.Nodes;

namespace FuncExec.Runtime.Engine.Tests.Semantics;

/// <summary>Activities and sub-orchestrations that succeed.</summary>
public abstract class CallTests(bool live) : EngineTests(live)
{
    [Fact]
    public async Task Activities_run_one_after_the_other_and_hand_their_results_on()
    {
        Node.Activity<string, string>("Greet", name => $"Hello {name}");
        Node.Orchestrator("Chain", async context => new[]
        {
            await context.CallActivityAsync<string>("Greet", "Tokyo"),
            await context.CallActivityAsync<string>("Greet", "London"),
            await context.CallActivityAsync<string>("greet", "Seattle"),
        });
        await Node.StartAsync();

        Assert.Equal(["Hello Tokyo", "Hello London", "Hello Seattle"], await Node.ResultAsync<List<string>>("Chain"));
    }

    [Fact]
    public async Task Many_activities_run_side_by_side_and_their_results_come_in_the_order_of_the_calls()
    {
        Node.Activity<int, int>("Square", n => n * n);
        Node.Orchestrator("Fan", async context =>
            await Task.WhenAll(Enumerable.Range(0, context.GetInput<int>()).Select(n => context.CallActivityAsync<int>("Square", n))));
        await Node.StartAsync();

        Assert.Equal(Enumerable.Range(0, 1_000).Select(n => n * n), await Node.ResultAsync<List<int>>("Fan", 1_000));
    }

    [Fact]
    public async Task The_first_of_several_is_taken_while_the_others_go_on()
    {
        var gate = new Signal();
        Node.ActivityAsync<string, string>("Wait", async (name, cancellation) =>
        {
            if (name == "slow")
            {
                await gate.WaitAsync(cancellation);
            }

            return name;
        });
        Node.Orchestrator("Race", async context =>
        {
            Task<string> slow = context.CallActivityAsync<string>("Wait", "slow");
            Task<string> first = await Task.WhenAny(slow, context.CallActivityAsync<string>("Wait", "fast"));
            context.SetCustomStatus(await first);
            return await slow;
        });
        await Node.StartAsync();

        string id = await Node.ScheduleAsync("Race");
        await Node.ShowsAsync(id, "fast");
        gate.Set();
        Assert.Equal("slow", (await Node.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Inputs_and_results_may_be_null_records_and_text_of_any_kind()
    {
        var job = new Job("ü \ud83d\ude80 \"quoted\" \\ \n\0</script>", [1.5, -0.1, double.MaxValue], null);
        Node.Activity<Job?, Job?>("Same", given => given);
        Node.Orchestrator("Echo", async context => new[]
        {
            await context.CallActivityAsync<Job?>("Same", context.GetInput<Job>()),
            await context.CallActivityAsync<Job?>("Same"),
        });
        await Node.StartAsync();

        OrchestrationMetadata end = await Node.RunAsync("Echo", job);
        Job?[] result = end.ReadOutputAs<Job?[]>()!;
        Assert.Equal(job.Name, result[0]!.Name);
        Assert.Equal(job.Numbers, result[0]!.Numbers);
        Assert.Null(result[1]);
        Assert.Equal(job.Name, end.ReadInputAs<Job>()!.Name);
    }

    [Fact]
    public async Task An_orchestrator_without_calls_ends_in_its_first_turn()
    {
        Node.Orchestrator("Sum", context => Task.FromResult(context.GetInput<int[]>()!.Sum()));
        Node.Orchestrator("Nothing", _ => Task.CompletedTask);
        await Node.StartAsync();

        Assert.Equal(6, await Node.ResultAsync<int>("Sum", new[] { 1, 2, 3 }));
        OrchestrationMetadata nothing = await Node.RunAsync("Nothing");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, nothing.RuntimeStatus);
        Assert.Null(nothing.SerializedOutput);
    }

    [Fact]
    public async Task A_sub_orchestration_returns_its_result_and_knows_its_parent()
    {
        Node.Orchestrator("Parent", async context =>
        {
            string named = await context.CallSubOrchestratorAsync<string>("Child", 1, new SubOrchestrationOptions(instanceId: "named"));
            string unnamed = await context.CallSubOrchestratorAsync<string>("child", 2);
            return new[] { named, unnamed };
        });
        Node.Orchestrator("Child", context => Task.FromResult(
            $"{context.GetInput<int>()} {(context.InstanceId == "named" ? "named" : "other")} of {context.Parent!.Name.Name} {context.Parent.InstanceId}"));
        await Node.StartAsync();

        OrchestrationMetadata end = await Node.RunAsync("Parent", id: "p");
        Assert.Equal(["1 named of Parent p", "2 other of Parent p"], end.ReadOutputAs<List<string>>()!);
        Assert.Equal("Child", (await Node.FindAsync("named"))!.Name);
    }

    [Fact]
    public async Task Sub_orchestrations_fan_out_and_nest()
    {
        Node.Activity<int, int>("One", _ => 1);
        Node.Orchestrator("Tree", async context =>
        {
            int depth = context.GetInput<int>();
            return depth == 0
                ? await context.CallActivityAsync<int>("One")
                : (await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => context.CallSubOrchestratorAsync<int>("Tree", depth - 1)))).Sum();
        });
        await Node.StartAsync();

        Assert.Equal(81, await Node.ResultAsync<int>("Tree", 4));
    }

    [Fact]
    public async Task A_child_whose_id_is_in_use_fails_the_call_and_leaves_the_user_alone()
    {
        Node.Orchestrator("Holder", context => context.WaitForExternalEvent<string>("Go"));
        Node.Orchestrator("Parent", async context =>
        {
            try
            {
                return await context.CallSubOrchestratorAsync<string>("Holder", new SubOrchestrationOptions(instanceId: context.GetInput<string>()));
            }
            catch (TaskFailedException exception)
            {
                return exception.FailureDetails.ErrorMessage;
            }
        });
        await Node.StartAsync();
        await Node.ScheduleAsync("Holder", id: "taken");

        Assert.Contains("'taken' is in use", await Node.ResultAsync<string>("Parent", "taken"), StringComparison.Ordinal);
        OrchestrationMetadata own = await Node.RunAsync("Parent", "myself", id: "myself");
        Assert.Contains("'myself' is in use", own.ReadOutputAs<string>(), StringComparison.Ordinal);
        await Node.Client.RaiseEventAsync("taken", "Go", "went");
        Assert.Equal("went", (await Node.EndOfAsync("taken")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_guid_made_by_the_context_is_one_of_its_own_and_stays_the_same()
    {
        Node.Activity<Guid, Guid>("Same", given => given);
        Node.Orchestrator("Guids", async context =>
        {
            Guid first = context.NewGuid();
            Guid second = await context.CallActivityAsync<Guid>("Same", context.NewGuid());
            return new[] { first, second, context.NewGuid() };
        });
        await Node.StartAsync();

        Guid[] guids = [.. await Node.ResultAsync<Guid[]>("Guids"), .. await Node.ResultAsync<Guid[]>("Guids")];
        Assert.Equal(6, guids.Distinct().Count());
    }

    public sealed class Live() : CallTests(live: true);

    public sealed class Rebuilt() : CallTests(live: false);

    private sealed record Job(string Name, double[] Numbers, string? Note);
}
