using System.Text;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Fact]
    public async Task A_rerun_takes_over_what_succeeded_and_then_is_accepted()
    {
        string node = await BeginNodeAsync();
        string old = await StartAsync(10, 4);
        for (int i = 0; i < 10; i++)
        {
            var task = new TaskKey(old, 0, i);
            long token = await TakeAsync(task, node);
            await RecordAsync(End(task, token, i % 2 == 0 ? JobTaskStatus.Succeeded : JobTaskStatus.Failed) with
            {
                Stdout = new OutputRecord(3, 0, "out"u8.ToArray()),
                Artifacts = [Artifact(task, "out/a")],
                StoredBytes = 100,
            });
        }

        await RunAsync(new TaskKey(old, 1, 2), node);
        await FinishAsync(old, JobStatus.Failed);
        await Place.LetTimePassAsync(TimeSpan.FromMinutes(1));
        JobRecord rerun = await CreateAsync(New(10, 4) with { RerunOf = old });

        Assert.Equal((JobState.Preparing, old), (rerun.State, rerun.RerunOf));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ClaimAsync(new TaskKey(rerun.Id, 0, 1), node));
        Assert.Equal(JobState.Preparing, (await Ledger.BeginJobAsync(rerun.Id, s_never))!.State);
        int calls = 1;
        while (await Ledger.CopySucceededAsync(rerun.Id, 2, s_never))
        {
            calls++;
            await ReopenAsync();
        }

        Assert.InRange(calls, 3, 5);
        Assert.False(await Ledger.CopySucceededAsync(rerun.Id, 2, s_never));
        JobRecord job = await CheckCountsAsync(rerun.Id);
        Assert.Equal((JobState.Accepted, 6, 8, 500L), (job.State, job.Counts.Succeeded, job.Counts.Queued, job.StoredBytes));
        TaskRecord taken = await GetTaskAsync(new TaskKey(rerun.Id, 0, 4));
        Assert.Equal((JobTaskStatus.Succeeded, 0, "node", "out"), (taken.Status, taken.ExitCode, taken.Node, Encoding.UTF8.GetString(taken.Stdout.Tail.Span)));
        Assert.Equal(5, (await Ledger.ListArtifactsAsync(rerun.Id, null, null, 100, s_never)).Items.Count);
        Assert.Equal(6, (await ReadEventsAsync(rerun.Id)).Count(static e => e is JobEvent.TaskChanged { Status: JobTaskStatus.Succeeded }));
        Assert.IsType<ClaimOutcome.Ended>(await ClaimAsync(new TaskKey(rerun.Id, 0, 4), await BeginNodeAsync()));
        await TakeAsync(new TaskKey(rerun.Id, 0, 5), await BeginNodeAsync());
    }

    [Fact]
    public async Task A_rerun_of_what_has_gone_takes_nothing_over()
    {
        JobRecord rerun = await CreateAsync(New(2) with { RerunOf = "gone" });
        Assert.False(await Ledger.CopySucceededAsync(rerun.Id, 10, s_never));
        Assert.Equal((JobState.Accepted, 2), ((await GetAsync(rerun.Id)).State, (await GetAsync(rerun.Id)).Counts.Queued));
    }

    [Fact]
    public async Task A_job_that_was_not_prepared_takes_nothing_over()
    {
        string id = await StartAsync(1);
        Assert.False(await Ledger.CopySucceededAsync(id, 10, s_never));
        Assert.False(await Ledger.CopySucceededAsync("none", 10, s_never));
        Assert.Equal(JobState.Started, (await GetAsync(id)).State);
    }
}
