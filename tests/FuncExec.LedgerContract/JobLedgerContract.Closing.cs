using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Fact]
    public async Task Closing_a_step_settles_its_tasks_that_have_not_begun()
    {
        string id = await StartAsync(3, 1_000_000);
        string node = await BeginNodeAsync();
        await RunAsync(new TaskKey(id, 0, 1), node);
        await TakeAsync(new TaskKey(id, 0, 2), node);
        var closing = new StepClosing(JobTaskStatus.Skipped, "A step that it needs did not succeed.");

        await Ledger.CloseStepAsync(id, 0, closing, s_never);
        await Ledger.CloseStepAsync(id, 0, new StepClosing(JobTaskStatus.Cancelled, "later"), s_never);
        await Ledger.CloseStepAsync(id, 1, closing, s_never);

        JobRecord job = await GetAsync(id);
        Assert.Equal(new StepRecord(0, "s0", new TaskCounts(3, 0, 1, 1, 0, 0, 0, 1), closing), job.Steps[0]);
        Assert.Equal(1_000_000, job.Steps[1].Counts.Skipped);
        TaskRecord skipped = await GetTaskAsync(new TaskKey(id, 0, 0));
        Assert.Equal((JobTaskStatus.Skipped, closing.Error, 0), (skipped.Status, skipped.Error, skipped.Attempt));
        Assert.Equal(JobTaskStatus.Skipped, Assert.IsType<ClaimOutcome.Ended>(await ClaimAsync(new TaskKey(id, 0, 0), node)).Task.Status);
        Assert.Equal(
            [(0, 1, closing), (1, 1_000_000, closing)],
            (await ReadEventsAsync(id)).OfType<JobEvent.StepClosed>().Select(static e => (e.Step, e.Count, e.Closing)));
    }

    [Fact]
    public async Task A_step_whose_tasks_have_all_begun_is_not_closed()
    {
        string id = await StartAsync(1);
        await RunAsync(new TaskKey(id, 0, 0), await BeginNodeAsync());
        await Ledger.CloseStepAsync(id, 0, new StepClosing(JobTaskStatus.Skipped, "no"), s_never);
        Assert.Null((await GetAsync(id)).Steps[0].Closing);
    }

    [Fact]
    public async Task What_waits_is_cancelled_in_bounded_calls()
    {
        string id = await StartAsync(30, 5);
        string node = await BeginNodeAsync();
        string dead = await BeginNodeAsync("dead");
        for (int i = 0; i < 10; i++)
        {
            await RecordAsync(End(new TaskKey(id, 0, i), await TakeAsync(new TaskKey(id, 0, i), node), JobTaskStatus.Failed, TimeSpan.Zero));
        }

        long lost = await TakeAsync(new TaskKey(id, 0, 10), dead);
        await TakeAsync(new TaskKey(id, 0, 11), node);
        await Ledger.EndNodeAsync(dead, s_never);
        await Ledger.StopJobAsync(id, StopKind.Cancel, null, s_never);

        int calls = 1;
        while (await Ledger.CancelWaitingAsync(id, "The job was cancelled.", 4, s_never))
        {
            calls++;
        }

        JobRecord job = await CheckCountsAsync(id);
        Assert.InRange(calls, 4, 20);
        Assert.Equal((0, 1, 29, 5), (job.Counts.Queued, job.Counts.Running, job.Steps[0].Counts.Cancelled, job.Steps[1].Counts.Cancelled));
        TaskRecord retried = await GetTaskAsync(new TaskKey(id, 0, 3));
        Assert.Equal((JobTaskStatus.Cancelled, "The job was cancelled.", null, 1), (retried.Status, retried.Error, retried.NextRetryAt, retried.ExitCode));
        Assert.IsType<EndAttemptOutcome.Superseded>(await Ledger.EndAttemptAsync(End(new TaskKey(id, 0, 10), lost), s_never));
        Assert.False(await Ledger.CancelWaitingAsync(id, "again", 4, s_never));
        await ReadEventsAsync(id);
    }
}
