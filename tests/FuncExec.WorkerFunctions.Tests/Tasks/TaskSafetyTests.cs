using FuncExec.ExecutorPlugins;
using FuncExec.Ledger;
using FuncExec.Orchestrator.Jobs;
using FuncExec.Orchestrator.Planning;
using FuncExec.WorkerFunctions.Nodes;
using FuncExec.WorkerFunctions.Tasks;

namespace FuncExec.WorkerFunctions.Tests.Tasks;

/// <summary>What must hold when something goes wrong around an attempt.</summary>
public sealed class TaskSafetyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _started = new();
    private readonly TaskCompletionSource _ends = new();

    [Fact]
    public async Task A_command_that_must_not_run_twice_is_not_begun_again_when_its_node_stops()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x","rerunOnLoss":false,"retry":{"maxAttempts":5}}""");
        using CancellationTokenSource stop = new();
        node.Execute = EndWhenToldAsync;
        Task<TaskVerdict> running = node.RunAsync(job, cancellationToken: stop.Token);
        await _started.Task.WaitAsync(Patience);

        await stop.CancelAsync();
        await running.WaitAsync(Patience);
        TaskVerdict verdict = await node.RunAsync(job);

        Assert.Equal((TaskNext.Ended, JobTaskStatus.Failed), (verdict.Next, verdict.Status));
        Assert.Single(node.Executed);
        TaskRecord task = await node.TaskAsync(job);
        Assert.Equal(FailureKind.Lost, task.Failure);
        Assert.Contains("rerunOnLoss", task.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_whose_node_was_lost_is_tried_again_where_its_rule_names_that()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x","rerunOnLoss":false,"retry":{"maxAttempts":2,"initialInterval":"1ms","retryOnErrors":["lost"]}}""");
        await node.Ledger.BeginNodeAsync(new NodeLife("lost", "lost"), TimeSpan.FromHours(1), CancellationToken.None);
        await node.Ledger.ClaimAsync(new TaskClaim { Task = new TaskKey(job, 0, 0), Attempt = 1, Node = "lost", RerunOnLoss = false }, CancellationToken.None);
        await node.Ledger.EndNodeAsync("lost", CancellationToken.None);

        TaskVerdict verdict = await node.RunAsync(job);

        Assert.Equal((TaskNext.Retry, 1), (verdict.Next, verdict.Attempt));
        Assert.Empty(node.Executed);
        Assert.Equal(FailureKind.Lost, (await node.TaskAsync(job)).Failure);
    }

    [Fact]
    public async Task A_command_that_must_not_run_twice_is_not_begun_again_when_what_is_around_it_breaks()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x","rerunOnLoss":false}""");
        node.Execute = static (_, _, _) => throw new InvalidOperationException("broken around the work");
        await Assert.ThrowsAsync<InvalidOperationException>(() => node.RunAsync(job));

        TaskVerdict verdict = await node.RunAsync(job);

        Assert.Equal((TaskNext.Ended, JobTaskStatus.Failed), (verdict.Next, verdict.Status));
        Assert.Single(node.Executed);
        Assert.Equal(FailureKind.Lost, (await node.TaskAsync(job)).Failure);
    }

    [Fact]
    public async Task An_end_that_could_not_be_recorded_is_recorded_later_and_nothing_runs_again()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        int failures = 0;
        node.LedgerFault = call => call == nameof(IJobLedger.EndAttemptAsync) && ++failures <= 2
            ? new LedgerUnavailableException("the disk is full")
            : null;

        TaskVerdict verdict = await node.RunAsync(job).WaitAsync(Patience);

        Assert.Equal(JobTaskStatus.Succeeded, verdict.Status);
        Assert.Equal(3, failures);
        Assert.Single(node.Executed);
    }

    [Fact]
    public async Task A_claim_that_could_not_be_given_back_is_given_back_at_a_later_beat_for_others_wait_for_it()
    {
        await using TestNode node = await TestNode.StartAsync(("HEARTBEAT_TIMEOUT_SECONDS", "2"));
        string job = await node.BeginAsync("""{"command":"x"}""");
        bool isAway = true;
        node.Execute = static (_, _, _) => throw new IOException("the node's trouble");
        node.LedgerFault = call => isAway && call == nameof(IJobLedger.ReleaseAsync) ? new LedgerUnavailableException("away") : null;

        await Assert.ThrowsAsync<IOException>(() => node.RunAsync(job));
        Assert.Equal(JobTaskStatus.Running, (await node.TaskAsync(job)).Status);
        isAway = false;

        await UntilQueuedAsync(node, job);
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_given_back_at_a_later_beat()
    {
        await using TestNode node = await TestNode.StartAsync(("HEARTBEAT_TIMEOUT_SECONDS", "2"));
        string job = await node.BeginAsync("""{"command":"x","rerunOnLoss":false}""");
        var key = new TaskKey(job, 0, 0);
        node.LedgerFault = call =>
        {
            if (call != nameof(IJobLedger.ClaimAsync))
            {
                return null;
            }

            node.LedgerFault = static _ => null;
            node.Ledger.ClaimAsync(
                new TaskClaim { Task = key, Attempt = 1, Node = node.Get<NodeHeart>().Id, RerunOnLoss = false }, CancellationToken.None).GetAwaiter().GetResult();
            return new LedgerUnavailableException("the answer was lost");
        };

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => node.RunAsync(job));
        Assert.Equal(JobTaskStatus.Running, (await node.TaskAsync(job)).Status);

        await UntilQueuedAsync(node, job);
        Assert.Empty(node.Executed);
    }

    private static async Task UntilQueuedAsync(TestNode node, string job)
    {
        using var limit = new CancellationTokenSource(Patience);
        while ((await node.TaskAsync(job)).Status is not JobTaskStatus.Queued)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private static async Task UntilRenewedAsync(TestNode node, DateTimeOffset since)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!(await node.Ledger.ListNodesAsync(limit.Token)).Any(life => life.Id == node.Get<NodeHeart>().Id && life.RenewedAt >= since))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    [Fact]
    public async Task A_node_that_could_not_renew_its_life_in_time_ends_what_it_runs_without_asking_anybody()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        node.LedgerFault = static call => call == nameof(IJobLedger.RenewNodeAsync) ? new LedgerUnavailableException("away") : null;
        TaskCompletionSource lost = new();
        node.Execute = async (task, output, cancellationToken) =>
        {
            using CancellationTokenRegistration ended = task.Lost.Register(lost.SetResult);
            return await EndWhenToldAsync(task, output, cancellationToken);
        };
        Task<TaskVerdict> running = node.RunAsync(job);
        await _started.Task.WaitAsync(Patience);

        node.Time.Advance(TimeSpan.FromSeconds(12)); // Its life goes on for three seconds more.
        await lost.Task.WaitAsync(Patience);
        node.Execute = static (_, _, _) => Task.FromResult<TaskOutcome>(new TaskOutcome.Succeeded(0));
        node.LedgerFault = static _ => null;

        Assert.Equal(JobTaskStatus.Succeeded, (await running.WaitAsync(Patience)).Status);
        Assert.Equal(2, node.Executed.Count);
    }

    [Fact]
    public async Task An_end_that_nobody_asked_for_is_a_fault_and_not_run_again_here_and_now()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        int calls = 0;
        node.Execute = (_, _, _) => ++calls == 1
            ? throw new TaskCanceledException("a time limit of the executor's own")
            : Task.FromResult<TaskOutcome>(new TaskOutcome.Succeeded(0));

        await Assert.ThrowsAsync<TaskCanceledException>(() => node.RunAsync(job));

        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Two_calls_about_one_task_that_runs_alone_do_not_wait_for_each_other()
    {
        await using TestNode node = await TestNode.StartAsync(("MAX_CONCURRENT_TASKS", "2"));
        string job = await node.BeginAsync("""{"command":"poison"}""");
        for (int loss = 0; loss < 3; loss++)
        {
            string id = Guid.NewGuid().ToString("N");
            await node.Ledger.BeginNodeAsync(new NodeLife(id, "other"), TimeSpan.FromMinutes(1), CancellationToken.None);
            await node.Ledger.ClaimAsync(new TaskClaim { Task = new TaskKey(job, 0, 0), Attempt = 1, Node = id, RerunOnLoss = true }, CancellationToken.None);
            await node.Ledger.EndNodeAsync(id, CancellationToken.None);
        }

        RunningTask gate = await node.Get<RunningTasks>().EnterAsync(new TaskKey(job, 0, 0), CancellationToken.None);
        Task<TaskVerdict>[] calls = [node.RunAsync(job), node.RunAsync(job)];
        gate.Dispose();

        TaskVerdict[] verdicts = await Task.WhenAll(calls).WaitAsync(Patience);
        Assert.All(verdicts, static verdict => Assert.Equal(JobTaskStatus.Succeeded, verdict.Status));
        Assert.Single(node.Executed);
    }

    [Fact]
    public async Task An_attempt_that_a_call_here_is_about_is_not_lost_however_long_what_is_around_it_takes()
    {
        await using TestNode node = await TestNode.StartAsync(("HEARTBEAT_TIMEOUT_SECONDS", "600"));
        string job = await node.BeginAsync("""{"command":"x","timeout":"1s"}""");
        node.Execute = EndWhenToldAsync;
        Task<TaskVerdict> running = node.RunAsync(job);
        await _started.Task.WaitAsync(Patience);
        for (int i = 0; i < 5; i++)
        {
            DateTimeOffset before = node.Time.GetUtcNow();
            node.Time.Advance(TimeSpan.FromSeconds(300));
            await UntilRenewedAsync(node, before + TimeSpan.FromSeconds(299));
        }

        TaskAttempt attempt = new() { JobId = job, Step = 0, Index = 0, Attempt = 1 };
        Assert.Null(await node.Get<LostTasks>().LookAsync(attempt, CancellationToken.None));

        _ends.SetResult();
        Assert.Equal(JobTaskStatus.Succeeded, (await running.WaitAsync(Patience)).Status);
    }

    [Fact]
    public async Task An_attempt_that_a_later_one_has_followed_is_answered_at_once()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x","retry":{"maxAttempts":3,"initialInterval":"0s"}}""");
        node.Execute = static (_, _, _) => Task.FromResult<TaskOutcome>(new TaskOutcome.Failed(FailureKind.Exit, 1, "no"));
        await node.RunAsync(job);
        TaskClaim second = new() { Task = new TaskKey(job, 0, 0), Attempt = 2, Node = node.Get<NodeHeart>().Id, RerunOnLoss = true };
        ClaimOutcome.Claimed claimed = Assert.IsType<ClaimOutcome.Claimed>(await node.Ledger.ClaimAsync(second, CancellationToken.None));

        TaskVerdict whileItRuns = await node.RunAsync(job).WaitAsync(Patience);
        await node.Ledger.ReleaseAsync(second.Task, claimed.Token, CancellationToken.None);
        TaskVerdict whenGivenBack = await node.RunAsync(job).WaitAsync(Patience);

        Assert.Equal((TaskNext.Retry, 1), (whileItRuns.Next, whileItRuns.Attempt));
        Assert.Equal((TaskNext.Retry, 1), (whenGivenBack.Next, whenGivenBack.Attempt));
    }

    [Fact]
    public async Task A_node_stays_alive_until_what_it_ran_has_given_its_claim_back()
    {
        await using TestNode node = await TestNode.StartAsync();
        string job = await node.BeginAsync("""{"command":"x"}""");
        using CancellationTokenSource stop = new();
        node.Execute = async (_, _, _) =>
        {
            _started.SetResult();
            await _ends.Task; // It takes its time to end.
            return new TaskOutcome.Cancelled();
        };
        Task<TaskVerdict> running = node.RunAsync(job, cancellationToken: stop.Token);
        await _started.Task.WaitAsync(Patience);
        await stop.CancelAsync();

        Task stopped = node.Get<NodeHeart>().StoppedAsync(CancellationToken.None);
        Assert.False(stopped.IsCompleted);
        Assert.True(await node.Ledger.RenewNodeAsync(node.Get<NodeHeart>().Id, CancellationToken.None));
        _ends.SetResult();
        await stopped.WaitAsync(Patience);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
        TaskRecord task = await node.TaskAsync(job);
        Assert.Equal((JobTaskStatus.Queued, 0), (task.Status, task.Losses));
        Assert.False(await node.Ledger.RenewNodeAsync(node.Get<NodeHeart>().Id, CancellationToken.None));
    }

    private async Task<TaskOutcome> EndWhenToldAsync(ExecutorTask task, ITaskOutput output, CancellationToken cancellationToken)
    {
        _started.SetResult();
        TaskCompletionSource cancelled = new();
        await using CancellationTokenRegistration registration = cancellationToken.Register(cancelled.SetResult);
        return await Task.WhenAny(_ends.Task, cancelled.Task) == _ends.Task ? new TaskOutcome.Succeeded(0) : new TaskOutcome.Cancelled();
    }
}
