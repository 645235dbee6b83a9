using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Tasks;

namespace FuncExec.WorkerFunctions.Tests.Tasks;

public sealed class LostTasksTests
{
    private const string Document = """{"command":"x","timeout":"4s"}""";

    [Fact]
    public async Task What_runs_here_is_not_lost_though_the_clock_was_set_forward()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync(Document);
        TaskCompletionSource begun = new();
        TaskCompletionSource<TaskOutcome> outcome = new();
        node.Execute = (_, _, _) =>
        {
            begun.SetResult();
            return outcome.Task;
        };
        Task<TaskVerdict> running = node.RunAsync(job);
        await begun.Task;
        node.Time.Advance(TimeSpan.FromDays(1));

        Assert.Null(await node.Get<LostTasks>().LookAsync(Attempt(job), CancellationToken.None));

        outcome.SetResult(new TaskOutcome.Succeeded(0));
        Assert.Equal(JobTaskStatus.Succeeded, (await running).Status);
    }

    [Fact]
    public async Task What_nobody_here_is_about_is_ended_long_after_its_time()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync(Document);
        TaskClaim claim = new() { Task = new TaskKey(job, 0, 0), Attempt = 1, Node = node.Get<NodeHeart>().Id, RerunOnLoss = true };
        Assert.IsType<ClaimOutcome.Claimed>(await node.Ledger.ClaimAsync(claim, CancellationToken.None));
        Assert.Null(await node.Get<LostTasks>().LookAsync(Attempt(job), CancellationToken.None));
        node.Time.Advance(TimeSpan.FromMinutes(1));

        TaskVerdict? verdict = await node.Get<LostTasks>().LookAsync(Attempt(job), CancellationToken.None);

        Assert.Equal(JobTaskStatus.TimedOut, verdict?.Status);
    }

    private static TaskAttempt Attempt(string job) => new() { JobId = job, Step = 0, Index = 0, Attempt = 1 };
}
