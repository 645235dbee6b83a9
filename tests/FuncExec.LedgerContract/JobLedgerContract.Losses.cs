using FuncExec.ExecutorPlugins;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Fact]
    public async Task A_node_lives_by_renewal_and_never_comes_back()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        string node = await BeginNodeAsync();
        await TakeAsync(task, node);
        await Place.LetTimePassAsync(Lease * 0.8);
        Assert.True(await Ledger.RenewNodeAsync(node, s_never));
        await Place.LetTimePassAsync(Lease * 0.8);
        Assert.IsType<ClaimOutcome.Held>(await ClaimAsync(task, node));

        await Place.LetTimePassAsync(Lease);

        Assert.False(await Ledger.RenewNodeAsync(node, s_never));
        Assert.IsType<ClaimOutcome.NodeDead>(await ClaimAsync(task, node));
        Assert.False(await Ledger.RenewNodeAsync("nobody", s_never));
        await TakeAsync(task, await BeginNodeAsync("other"));
        Assert.Equal(1, (await GetTaskAsync(task)).Losses);
    }

    [Fact]
    public async Task A_life_has_an_id_of_its_own()
    {
        string node = await BeginNodeAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => Ledger.BeginNodeAsync(new NodeLife(node, "node"), Lease, s_never));
        await Ledger.EndNodeAsync(node, s_never);
        await Ledger.EndNodeAsync(node, s_never);
        Assert.False(await Ledger.RenewNodeAsync(node, s_never));
        await Assert.ThrowsAsync<ArgumentException>(() => Ledger.BeginNodeAsync(new NodeLife(node, "node"), Lease, s_never));
    }

    [Fact]
    public async Task A_lost_node_uses_up_no_attempt_and_the_fourth_loss_is_poison()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        long last = 0;
        for (int losses = 0; losses <= TaskClaim.LossesBeforeAlone; losses++)
        {
            string node = await BeginNodeAsync();
            var claimed = Assert.IsType<ClaimOutcome.Claimed>(await ClaimAsync(task, node));
            Assert.Equal(losses == TaskClaim.LossesBeforeAlone, claimed.Alone);
            Assert.True(claimed.Token > last);
            Assert.Equal((losses, 1), ((await GetTaskAsync(task)).Losses, (await GetTaskAsync(task)).Attempt));
            last = claimed.Token;
            await Ledger.EndNodeAsync(node, s_never);
        }

        TaskRecord ended = Assert.IsType<ClaimOutcome.Ended>(await ClaimAsync(task, await BeginNodeAsync())).Task;

        Assert.Equal((JobTaskStatus.Failed, FailureKind.Lost, 4), (ended.Status, ended.Failure, ended.Losses));
        Assert.Contains("poison", ended.Error, StringComparison.Ordinal);
        Assert.IsType<EndAttemptOutcome.Superseded>(await Ledger.EndAttemptAsync(End(task, last), s_never));
        Assert.Equal(1, (await CheckCountsAsync(id)).Counts.Failed);
    }

    [Fact]
    public async Task A_task_that_must_not_run_twice_ends_with_its_node()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        string node = await BeginNodeAsync();
        long token = await TakeAsync(task, node);
        await Ledger.EndNodeAsync(node, s_never);

        TaskRecord ended = Assert.IsType<ClaimOutcome.Ended>(await ClaimAsync(task, await BeginNodeAsync(), rerunOnLoss: false)).Task;

        Assert.Equal((JobTaskStatus.Failed, FailureKind.Lost, (int?)null), (ended.Status, ended.Failure, ended.ExitCode));
        Assert.Contains("lost", ended.Error, StringComparison.Ordinal);
        Assert.IsType<EndAttemptOutcome.Superseded>(await Ledger.EndAttemptAsync(End(task, token), s_never));
    }

    [Fact]
    public async Task A_task_that_must_not_run_twice_is_tried_again_where_its_rule_says_so()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        string node = await BeginNodeAsync();
        long token = await TakeAsync(task, node);
        await Ledger.EndNodeAsync(node, s_never);
        TaskClaim claim = new()
        {
            Task = task, Attempt = 1, Node = await BeginNodeAsync(), RerunOnLoss = false, RetryAfterLoss = TimeSpan.FromSeconds(5),
        };

        TaskRecord waiting = Assert.IsType<ClaimOutcome.AttemptEnded>(await Ledger.ClaimAsync(claim, s_never)).Task;

        Assert.Equal((JobTaskStatus.Queued, 1, FailureKind.Lost), (waiting.Status, waiting.Attempt, waiting.Failure));
        Assert.NotNull(waiting.NextRetryAt);
        Assert.Equal(1, (await CheckCountsAsync(id)).Counts.Queued);
        Assert.IsType<EndAttemptOutcome.Superseded>(await Ledger.EndAttemptAsync(End(task, token), s_never));
        Assert.True(await TakeAsync(task, claim.Node, attempt: 2) > token);
        await Ledger.EndNodeAsync(claim.Node, s_never);
        TaskRecord ended = Assert.IsType<ClaimOutcome.Ended>(await ClaimAsync(task, await BeginNodeAsync(), attempt: 2, rerunOnLoss: false)).Task;
        Assert.Equal((JobTaskStatus.Failed, 2, FailureKind.Lost), (ended.Status, ended.Attempt, ended.Failure));
        await ReadEventsAsync(id);
    }

    [Fact]
    public async Task An_attempt_names_the_claim_that_wrote_its_output()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        string node = await BeginNodeAsync();
        long released = await TakeAsync(task, node);
        await Ledger.ReleaseAsync(task, released, s_never);
        TaskRecord unbegun = await GetTaskAsync(task);
        Assert.Equal((0, null, null), (unbegun.Attempt, unbegun.StartedAt, unbegun.Node));
        long first = await TakeAsync(task, node);
        TaskRecord ended = await RecordAsync(End(task, first, JobTaskStatus.Failed, TimeSpan.Zero));
        await Place.LetTimePassAsync(TimeSpan.FromSeconds(1));
        await Ledger.ReleaseAsync(task, await TakeAsync(task, node, 2), s_never);
        TaskRecord waiting = await GetTaskAsync(task);
        Assert.Equal((1, first, ended.StartedAt, ended.FinishedAt, "node"), (waiting.Attempt, waiting.OutputToken, waiting.StartedAt, waiting.FinishedAt, waiting.Node));
        Assert.Equal(first, Assert.Single(await Ledger.ListAttemptsAsync(task, s_never)).OutputToken);

        string held = await BeginNodeAsync("held");
        await TakeAsync(task, held, 2);
        await Ledger.SetSuspendedAsync(id, true, s_never);
        await Ledger.EndNodeAsync(held, s_never);
        Assert.IsType<ClaimOutcome.Suspended>(await ClaimAsync(task, node, 2));
        Assert.Equal((1, first), ((await GetTaskAsync(task)).Attempt, (await GetTaskAsync(task)).OutputToken));
        await Ledger.SetSuspendedAsync(id, false, s_never);

        long lost = await TakeAsync(task, node, 2);
        Assert.Equal(lost, (await GetTaskAsync(task)).OutputToken);
        await Ledger.EndNodeAsync(node, s_never);
        TaskRecord abandoned = Assert.IsType<ClaimOutcome.Ended>(await ClaimAsync(task, await BeginNodeAsync(), 2, rerunOnLoss: false)).Task;
        Assert.Equal((2, lost), (abandoned.Attempt, abandoned.OutputToken));
        Assert.True(abandoned.Token > lost);
        Assert.Equal([first, lost], (await Ledger.ListAttemptsAsync(task, s_never)).Select(static attempt => attempt.OutputToken));
    }

    [Fact]
    public async Task What_a_dead_node_still_records_counts_while_nobody_took_over()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        string node = await BeginNodeAsync();
        long token = await TakeAsync(task, node);
        await Ledger.EndNodeAsync(node, s_never);

        Assert.Equal(JobTaskStatus.Succeeded, (await RecordAsync(End(task, token))).Status);
    }

    [Fact]
    public async Task A_held_job_takes_nothing_over_and_what_a_dead_node_ran_of_it_is_due_again()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        string node = await BeginNodeAsync();
        long token = await TakeAsync(task, node);
        await Ledger.SetSuspendedAsync(id, true, s_never);
        string other = await BeginNodeAsync("other");
        Assert.IsType<ClaimOutcome.Suspended>(await ClaimAsync(task, other));
        Assert.Equal(JobTaskStatus.Running, (await GetTaskAsync(task)).Status);
        await Ledger.EndNodeAsync(node, s_never);

        Assert.IsType<ClaimOutcome.Suspended>(await ClaimAsync(task, other));

        TaskRecord held = await GetTaskAsync(task);
        Assert.Equal((JobTaskStatus.Queued, 0, 1), (held.Status, held.Attempt, held.Losses));
        Assert.Equal(1, (await CheckCountsAsync(id)).Counts.Queued);
        Assert.IsType<EndAttemptOutcome.Superseded>(await Ledger.EndAttemptAsync(End(task, token), s_never));
        await Ledger.SetSuspendedAsync(id, false, s_never);
        Assert.True(await TakeAsync(task, other) > token);
        Assert.Equal((1, 1), ((await GetTaskAsync(task)).Losses, (await GetTaskAsync(task)).Attempt));
    }

    [Fact]
    public async Task A_held_task_that_must_not_run_twice_ends_with_its_node()
    {
        string id = await StartAsync(1);
        var task = new TaskKey(id, 0, 0);
        string node = await BeginNodeAsync();
        await TakeAsync(task, node);
        await Ledger.SetSuspendedAsync(id, true, s_never);
        await Ledger.EndNodeAsync(node, s_never);

        Assert.IsType<ClaimOutcome.Ended>(await ClaimAsync(task, await BeginNodeAsync(), rerunOnLoss: false));
        Assert.Equal(FailureKind.Lost, (await GetTaskAsync(task)).Failure);
    }
}
