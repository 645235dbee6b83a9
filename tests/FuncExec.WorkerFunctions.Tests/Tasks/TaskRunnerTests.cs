using System.Text;
using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Tasks;

namespace FuncExec.WorkerFunctions.Tests.Tasks;

public sealed class TaskRunnerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task What_an_attempt_did_and_wrote_is_recorded_and_it_never_runs_again()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        node.Execute = static (task, output, _) =>
        {
            Assert.True(Directory.Exists(task.Directory));
            output.Write(OutputStream.Stdout, "out"u8);
            output.Write(OutputStream.Stderr, "err"u8);
            return Task.FromResult<TaskOutcome>(new TaskOutcome.Failed(FailureKind.Exit, 7, "it failed"));
        };

        TaskVerdict first = await node.RunAsync(job);
        TaskVerdict second = await node.RunAsync(job);

        Assert.Equal((TaskNext.Ended, JobTaskStatus.Failed, 7, 1), (first.Next, first.Status, first.ExitCode, first.Attempt));
        Assert.Equal(first, second);
        ExecutorTask executed = Assert.Single(node.Executed);
        Assert.Equal((job, "main/0", 1, 1L), (executed.JobId, executed.TaskId, executed.Attempt, executed.FencingToken));
        Assert.False(Directory.Exists(executed.Directory));
        TaskRecord task = await node.TaskAsync(job);
        Assert.Equal(("out", "err", "it failed", FailureKind.Exit), (Text(task.Stdout), Text(task.Stderr), task.Error, task.Failure));
    }

    [Fact]
    public async Task A_failure_that_the_rule_allows_is_tried_again_after_the_pause_and_the_verdict_is_kept()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x","retry":{"maxAttempts":2,"initialInterval":"1h","maxInterval":"1h","jitter":0}}""");
        node.Execute = static (_, _, _) => Task.FromResult<TaskOutcome>(new TaskOutcome.Failed(FailureKind.Exit, 1, "no"));

        TaskVerdict first = await node.RunAsync(job);
        TaskVerdict repeated = await node.RunAsync(job);
        TaskVerdict last = await node.RunAsync(job, attempt: 2);

        Assert.Equal((TaskNext.Retry, 1), (first.Next, first.Attempt));
        Assert.InRange(first.RetryAfter!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        Assert.Equal((TaskNext.Retry, 1), (repeated.Next, repeated.Attempt));
        Assert.Equal((TaskNext.Ended, JobTaskStatus.Failed, 2), (last.Next, last.Status, last.Attempt));
        Assert.Equal([1L, 2L], node.Executed.Select(static task => task.FencingToken));
        Assert.Equal([1, 2], (await node.Ledger.ListAttemptsAsync(new TaskKey(job, 0, 0), CancellationToken.None)).Select(static attempt => attempt.Attempt));
    }

    [Fact]
    public async Task Nothing_starts_of_a_job_that_is_held_is_to_end_or_is_not_there()
    {
        await using TestNode node = await TestNode.StartAsync();
        string held = await node.BeginAsync("""{"command":"x"}""");
        await node.Ledger.SetSuspendedAsync(held, true, CancellationToken.None);
        string stopping = await node.BeginAsync("""{"command":"x"}""");
        await node.Ledger.StopJobAsync(stopping, StopKind.Cancel, null, CancellationToken.None);

        Assert.Equal(TaskNext.Held, (await node.RunAsync(held)).Next);
        Assert.Equal(TaskNext.Stopped, (await node.RunAsync(stopping)).Next);
        Assert.Equal(TaskNext.Stopped, (await node.RunAsync("01m8ag15c8gwtd23sm9k7wdt60")).Next);
        Assert.Empty(node.Executed);
    }

    [Fact]
    public async Task What_another_node_still_runs_of_a_job_that_is_held_is_waited_for_and_given_back_when_that_node_dies()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        string other = await ClaimElsewhereAsync(node, job);
        await node.Ledger.SetSuspendedAsync(job, true, CancellationToken.None);

        Task<TaskVerdict> running = node.RunAsync(job);
        Assert.NotSame(running, await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(2)))); // Longer than it looks again by itself.
        await node.Ledger.EndNodeAsync(other, CancellationToken.None);

        Assert.Equal(TaskNext.Held, (await running).Next);
        Assert.Equal(JobTaskStatus.Queued, (await node.TaskAsync(job)).Status);
        Assert.Empty(node.Executed);
    }

    [Fact]
    public async Task A_task_whose_job_ends_is_ended_and_cancelled()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        TaskCompletionSource started = new();
        node.Execute = async (_, _, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            return new TaskOutcome.Cancelled();
        };

        Task<TaskVerdict> running = node.RunAsync(job);
        await started.Task.WaitAsync(Patience);
        await node.Ledger.StopJobAsync(job, StopKind.Cancel, null, CancellationToken.None);
        node.Get<RunningTasks>().Cancel(job);

        Assert.Equal(JobTaskStatus.Cancelled, (await running.WaitAsync(Patience)).Status);
        Assert.Equal(0, (await node.JobAsync(job)).Counts.Running);
    }

    [Fact]
    public async Task A_node_that_stops_gives_its_claim_back_and_nothing_counts_as_lost()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        using CancellationTokenSource stop = new();
        TaskCompletionSource started = new();
        node.Execute = async (_, _, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            return new TaskOutcome.Cancelled();
        };
        Task<TaskVerdict> running = node.RunAsync(job, cancellationToken: stop.Token);
        await started.Task.WaitAsync(Patience);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));

        TaskRecord task = await node.TaskAsync(job);
        Assert.Equal((JobTaskStatus.Queued, 0), (task.Status, task.Losses));
        node.Execute = static (_, _, _) => Task.FromResult<TaskOutcome>(new TaskOutcome.Succeeded(0));
        Assert.Equal(JobTaskStatus.Succeeded, (await node.RunAsync(job)).Status);
        Assert.Equal([1, 1], node.Executed.Select(static executed => executed.Attempt));
        Assert.True(node.Executed[1].FencingToken > node.Executed[0].FencingToken);
    }

    [Fact]
    public async Task Work_that_ended_although_the_node_stops_is_recorded()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        using CancellationTokenSource stop = new();
        node.Execute = async (_, _, _) =>
        {
            await stop.CancelAsync();
            return new TaskOutcome.Succeeded(0);
        };

        Assert.Equal(JobTaskStatus.Succeeded, (await node.RunAsync(job, cancellationToken: stop.Token)).Status);
    }

    [Fact]
    public async Task A_claim_that_failed_on_its_way_is_taken_again_by_the_same_node()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        node.Execute = static (_, _, _) => throw new InvalidOperationException("broken around the work");
        await Assert.ThrowsAsync<InvalidOperationException>(() => node.RunAsync(job));

        node.Execute = static (_, _, _) => Task.FromResult<TaskOutcome>(new TaskOutcome.Succeeded(0));

        Assert.Equal(JobTaskStatus.Succeeded, (await node.RunAsync(job)).Status);
        Assert.Equal(0, (await node.TaskAsync(job)).Losses);
    }

    [Fact]
    public async Task A_lost_node_uses_up_no_attempt()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        await LoseAsync(node, job);

        Assert.Equal(JobTaskStatus.Succeeded, (await node.RunAsync(job)).Status);

        TaskRecord task = await node.TaskAsync(job);
        Assert.Equal((1, 1), (task.Attempt, task.Losses));
    }

    [Fact]
    public async Task A_command_that_must_not_run_twice_fails_when_its_node_was_lost()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x","rerunOnLoss":false,"retry":{"maxAttempts":5}}""");
        await LoseAsync(node, job);

        TaskVerdict verdict = await node.RunAsync(job);

        Assert.Equal((TaskNext.Ended, JobTaskStatus.Failed), (verdict.Next, verdict.Status));
        Assert.Equal(FailureKind.Lost, (await node.TaskAsync(job)).Failure);
        Assert.Empty(node.Executed);
    }

    [Fact]
    public async Task After_three_losses_a_task_runs_alone_and_one_more_is_its_end()
    {
        await using TestNode node = await TestNode.StartAsync(("MAX_CONCURRENT_TASKS", "4"));
        string job = await node.BeginAsync("""{"commands":[{"command":"poison"},{"command":"x"}]}""");
        for (int loss = 0; loss < 3; loss++)
        {
            await LoseAsync(node, job);
        }

        TaskSlots slots = node.Get<TaskSlots>();
        using (IDisposable other = await slots.TakeAsync(CancellationToken.None))
        {
            Task<TaskVerdict> alone = node.RunAsync(job);
            while (slots.Taken < 4)
            {
                await Task.Yield(); // It takes what there is, and waits for the one that is held here.
            }

            Assert.False(alone.IsCompleted);
            Assert.Empty(node.Executed);
            other.Dispose();
            Assert.Equal(JobTaskStatus.Succeeded, (await alone.WaitAsync(Patience)).Status);
        }

        string second = await node.BeginAsync("""{"command":"poison"}""");
        for (int loss = 0; loss < 4; loss++)
        {
            await LoseAsync(node, second);
        }

        Assert.Equal(JobTaskStatus.Failed, (await node.RunAsync(second)).Status);
        Assert.Contains("poison", (await node.TaskAsync(second)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_waits_to_run_alone_is_ended_with_its_job_and_lets_others_start()
    {
        await using TestNode node = await TestNode.StartAsync(("MAX_CONCURRENT_TASKS", "4"));
        string job = await node.BeginAsync("""{"command":"poison"}""");
        for (int loss = 0; loss < 3; loss++)
        {
            await LoseAsync(node, job);
        }

        TaskSlots slots = node.Get<TaskSlots>();
        using IDisposable other = await slots.TakeAsync(CancellationToken.None);
        Task<TaskVerdict> alone = node.RunAsync(job);
        while (slots.Taken < 4)
        {
            await Task.Yield(); // It takes what there is, and waits for the one that is held here.
        }

        await node.Ledger.StopJobAsync(job, StopKind.Cancel, null, CancellationToken.None);
        node.Get<RunningTasks>().Cancel(job);

        Assert.Equal(TaskNext.Stopped, (await alone.WaitAsync(Patience)).Next);
        Assert.Equal(1, slots.Taken);
        Assert.Empty(node.Executed);
    }

    [Fact]
    public async Task An_executor_that_is_not_here_fails_the_task_with_its_name()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x","executor":"elsewhere"}""");

        Assert.Equal(JobTaskStatus.Failed, (await node.RunAsync(job)).Status);
        TaskRecord task = await node.TaskAsync(job);
        Assert.Contains("'elsewhere'", task.Error, StringComparison.Ordinal);
        Assert.Equal(FailureKind.NotFound, task.Failure);
    }

    [Fact]
    public async Task A_disk_that_is_nearly_full_costs_a_task_nothing()
    {
        await using TestNode node = await TestNode.StartAsync(("FuncExec:MinFreeDisk", "1TiB"));
        string job = await node.BeginAsync("""{"command":"x"}""");

        IOException problem = await Assert.ThrowsAsync<IOException>(() => node.RunAsync(job));

        Assert.Contains("FuncExec__MinFreeDisk", problem.Message, StringComparison.Ordinal);
        Assert.Empty(node.Executed);
        TaskRecord task = await node.TaskAsync(job);
        Assert.Equal((JobTaskStatus.Queued, 0, 0), (task.Status, task.Attempt, task.Losses));
    }

    [Fact]
    public async Task Artifacts_of_a_step_lie_where_they_lay_for_the_step_that_needs_it()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync(
            """{"steps":[{"name":"make","payload":{"command":"x"},"artifacts":["out/**"]},{"name":"use","needs":["make"],"payload":{"command":"y"}}]}""");
        string? found = null;
        node.Execute = async (task, _, cancellationToken) =>
        {
            string file = Path.Combine(task.Directory!, "out", "a.txt");
            if (task.TaskId == "make/0")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllTextAsync(file, "made", cancellationToken);
            }
            else
            {
                found = await File.ReadAllTextAsync(file, cancellationToken);
            }

            return new TaskOutcome.Succeeded(0);
        };

        await node.RunAsync(job);
        await node.RunAsync(job, step: 1);

        Assert.Equal("made", found);
        Assert.Equal("make/0/out/a.txt", Assert.Single((await node.Ledger.ListArtifactsAsync(job, null, null, 10, CancellationToken.None)).Items).Name);
    }

    [Theory]
    [InlineData("""{"command":"x","artifacts":["*"]}""", 0)]
    [InlineData("""{"command":"x","artifacts":{"paths":["*"],"when":"always"}}""", 1)]
    public async Task After_a_failure_artifacts_are_kept_only_when_that_was_asked(string document, int kept)
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync(document);
        node.Execute = static async (task, _, cancellationToken) =>
        {
            await File.WriteAllTextAsync(Path.Combine(task.Directory!, "log"), "what happened", cancellationToken);
            return new TaskOutcome.Failed(FailureKind.Exit, 1, "no");
        };

        await node.RunAsync(job);

        Assert.Equal(kept, (await node.Ledger.ListArtifactsAsync(job, null, null, 10, CancellationToken.None)).Items.Count);
    }

    private static string Text(OutputRecord output) => Encoding.UTF8.GetString(output.Tail.Span);

    /// <summary>Another node claims the attempt and dies.</summary>
    private static async Task LoseAsync(TestNode node, string job) =>
        await node.Ledger.EndNodeAsync(await ClaimElsewhereAsync(node, job), CancellationToken.None);

    /// <summary>Another node claims the attempt; answers its life.</summary>
    private static async Task<string> ClaimElsewhereAsync(TestNode node, string job)
    {
        string id = Guid.NewGuid().ToString("N");
        await node.Ledger.BeginNodeAsync(new NodeLife(id, "other"), TimeSpan.FromMinutes(1), CancellationToken.None);
        TaskClaim claim = new() { Task = new TaskKey(job, 0, 0), Attempt = 1, Node = id, RerunOnLoss = true };
        Assert.True(await node.Ledger.ClaimAsync(claim, CancellationToken.None) is ClaimOutcome.Claimed or ClaimOutcome.Ended);
        return id;
    }
}
