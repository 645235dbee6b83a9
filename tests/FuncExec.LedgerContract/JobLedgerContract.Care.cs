using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Fact]
    public async Task Jobs_to_look_after_are_listed_by_kind_oldest_first()
    {
        string accepted = (await CreateAsync(New(1))).Id;
        string preparing = (await CreateAsync(New(1) with { RerunOf = accepted })).Id;
        string started = await StartAsync(2);
        string running = await StartAsync(2);
        string finished = await StartAsync(1);
        await FinishAsync(finished);
        await TakeAsync(new TaskKey(running, 0, 1), await BeginNodeAsync());
        await Place.LetTimePassAsync(TimeSpan.FromSeconds(1));
        DateTimeOffset then = (await CreateAsync(New(1))).CreatedAt;

        Assert.Equal([accepted], await CareAsync(CareKind.Accepted, then));
        Assert.Equal([preparing], await CareAsync(CareKind.Preparing, then));
        Assert.Equal([started, running], await CareAsync(CareKind.Unfinished, then));
        Assert.Equal([running], await CareAsync(CareKind.Running, then));
        Assert.Equal([finished], await CareAsync(CareKind.Finished, then));
        Assert.Empty(await CareAsync(CareKind.Deleting, then));
        Assert.Empty(await CareAsync(CareKind.Accepted, then.AddHours(-1)));
        Assert.Empty(await CareAsync(CareKind.Finished, then.AddHours(-1)));
        Assert.Equal(2, (await CareAsync(CareKind.Accepted, then.AddSeconds(1))).Count);
    }

    [Fact]
    public async Task Finished_jobs_are_looked_after_in_the_order_of_their_ends()
    {
        string[] ids = [await StartAsync(1), await StartAsync(1), await StartAsync(1)];
        foreach (string id in (string[])[ids[2], ids[0], ids[1]])
        {
            await FinishAsync(id);
            await Place.LetTimePassAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([ids[2], ids[0], ids[1]], await CareAsync(CareKind.Finished, DateTimeOffset.MaxValue));
        Assert.Equal([ids[2]], await CareAsync(CareKind.Finished, (await GetAsync(ids[0])).FinishedAt!.Value));
    }

    [Fact]
    public async Task A_list_of_care_goes_on_after_a_job_that_is_being_deleted()
    {
        var ids = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            ids.Add(await StartAsync(1));
            await FinishAsync(ids[i]);
            await Place.LetTimePassAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(DeleteJobOutcome.More, await Ledger.DeleteJobAsync(ids[1], 1, s_never));

        IReadOnlyList<JobRecord> rest = await Ledger.ListForCareAsync(CareKind.Finished, DateTimeOffset.MaxValue, ids[1], 2, s_never);
        Assert.Equal([ids[2], ids[3]], rest.Select(static job => job.Id));
        Assert.Equal([ids[1]], await CareAsync(CareKind.Deleting, DateTimeOffset.MinValue));
    }

    [Fact]
    public async Task Totals_follow_jobs_through_their_lives()
    {
        await CreateAsync(New(1) with { StoredBytes = 10 });
        string id = (await CreateAsync(New(1) with { StoredBytes = 100 })).Id;
        string preparing = (await CreateAsync(New(1) with { RerunOf = id })).Id;
        var task = new TaskKey(id, 0, 0);
        await RecordAsync(End(task, await TakeAsync(task, await BeginNodeAsync())) with { StoredBytes = 7 });
        Assert.Equal(new LedgerTotals(3, 0), await Ledger.GetTotalsAsync(s_never));

        await FinishAsync(id);
        Assert.Equal(new LedgerTotals(2, 107), await Ledger.GetTotalsAsync(s_never));
        await DeleteAsync(id, 100);
        await DeleteAsync(preparing, 100);
        Assert.Equal(new LedgerTotals(1, 0), await Ledger.GetTotalsAsync(s_never));
    }

    [Fact]
    public async Task A_deleted_job_cannot_be_seen_from_the_first_call_on()
    {
        var key = new IdempotencyKey("alice", "k", new string('a', 64));
        NewJob given = New(20) with { Idempotency = key, Document = new byte[10] };
        await CreateAsync(given);
        string node = await BeginNodeAsync();
        for (int i = 0; i < 20; i++)
        {
            var ended = new TaskKey(given.Id, 0, i);
            await RecordAsync(End(ended, await TakeAsync(ended, node), JobTaskStatus.Failed, TimeSpan.Zero) with { Artifacts = [Artifact(ended, "a")] });
            await RecordAsync(End(ended, await TakeAsync(ended, node, 2)));
        }

        Assert.Equal(DeleteJobOutcome.NotFinished, await Ledger.DeleteJobAsync(given.Id, 10, s_never));
        await FinishAsync(given.Id);
        Assert.Equal(DeleteJobOutcome.More, await Ledger.DeleteJobAsync(given.Id, 10, s_never));
        var task = new TaskKey(given.Id, 0, 0);
        Assert.Null(await Ledger.GetJobAsync(given.Id, s_never));
        Assert.Null(await Ledger.GetDocumentAsync(given.Id, s_never));
        Assert.Null(await Ledger.GetTaskAsync(task, s_never));
        Assert.Null(await Ledger.GetArtifactAsync(given.Id, "s0/0/a", s_never));
        Assert.Null(await Ledger.BeginJobAsync(given.Id, s_never));
        Assert.Empty(await Ledger.ListEventsAsync(given.Id, 0, 10, s_never));
        Assert.Empty(await ReadJobsAsync(new JobFilter()));
        Assert.Empty(await ReadJobsAsync(new JobFilter(Name: given.Name)));
        Assert.Equal(StopJobOutcome.NotFound, await Ledger.StopJobAsync(given.Id, StopKind.Cancel, null, s_never));
        Assert.IsType<ClaimOutcome.NotFound>(await ClaimAsync(task, node));
        Assert.IsType<EndAttemptOutcome.Superseded>(await Ledger.EndAttemptAsync(End(task, 1), s_never));
        Assert.True(await Ledger.IsDeletedAsync(given.Id, s_never));

        Assert.InRange(await DeleteAsync(given.Id, 10), 5, 30);
        Assert.True(await Ledger.IsDeletedAsync(given.Id, s_never));
        Assert.Equal(DeleteJobOutcome.NotFound, await Ledger.DeleteJobAsync(given.Id, 10, s_never));
        await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(given with { Idempotency = null }));
        await CreateAsync(New(1) with { Idempotency = key });
    }

    [Fact]
    public async Task A_deletion_is_remembered_for_30_days()
    {
        string id = await StartAsync(1);
        await FinishAsync(id);
        await DeleteAsync(id, 100);
        await Place.LetTimePassAsync(TimeSpan.FromDays(29));
        Assert.True(await Ledger.IsDeletedAsync(id, s_never));

        await Place.LetTimePassAsync(TimeSpan.FromDays(2));
        string other = await StartAsync(1);
        await FinishAsync(other);
        await DeleteAsync(other, 100);

        Assert.False(await Ledger.IsDeletedAsync(id, s_never));
        Assert.True(await Ledger.IsDeletedAsync(other, s_never));
    }

    private async Task<int> DeleteAsync(string id, int limit)
    {
        int calls = 1;
        DeleteJobOutcome outcome;
        while ((outcome = await Ledger.DeleteJobAsync(id, limit, s_never)) is DeleteJobOutcome.More)
        {
            calls++;
        }

        Assert.Equal(DeleteJobOutcome.Deleted, outcome);
        return calls;
    }

    private async Task<List<string>> CareAsync(CareKind kind, DateTimeOffset before)
    {
        var ids = new List<string>();
        while (await Ledger.ListForCareAsync(kind, before, ids.LastOrDefault(), 1, s_never) is [{ } job])
        {
            ids.Add(job.Id);
        }

        return ids;
    }
}
