using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Fact]
    public async Task A_job_is_accepted_with_all_that_was_given()
    {
        byte[] document = [.. Enumerable.Range(0, 100_000).Select(static i => (byte)(i / 100))];
        NewJob given = New(3, 1) with { Document = document, Workspace = "hash", StoredBytes = 17 };

        JobRecord created = await CreateAsync(given);
        JobRecord read = await GetAsync(given.Id);

        Assert.Equal((given.Id, "nightly", JobState.Accepted, JobStatus.Pending), (read.Id, read.Name, read.State, read.Status));
        Assert.Equal(("hash", 17L, (string?)null, false), (read.Workspace, read.StoredBytes, read.RerunOf, read.IsSuspended));
        Assert.Equal(
            [new StepRecord(0, "s0", new TaskCounts(3, 3, 0, 0, 0, 0, 0, 0), null), new StepRecord(1, "s1", new TaskCounts(1, 1, 0, 0, 0, 0, 0, 0), null)],
            read.Steps);
        Assert.Equal(4, read.Counts.Total);
        Assert.Equal(created with { Steps = [] }, read with { Steps = [] });
        Assert.Equal(document, await Ledger.GetDocumentAsync(given.Id, s_never));
    }

    [Fact]
    public async Task A_job_may_have_neither_name_nor_document()
    {
        NewJob given = New(1) with { Name = null };
        await CreateAsync(given);

        Assert.Null((await GetAsync(given.Id)).Name);
        Assert.Null(await Ledger.GetDocumentAsync(given.Id, s_never));
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        Assert.Null(await Ledger.GetJobAsync("none", s_never));
        Assert.Null(await Ledger.GetDocumentAsync("none", s_never));
        Assert.Null(await Ledger.BeginJobAsync("none", s_never));
        Assert.Null(await Ledger.FinishJobAsync("none", new JobEnd(JobStatus.Failed, "gone"), s_never));
        Assert.Equal(StopJobOutcome.NotFound, await Ledger.StopJobAsync("none", StopKind.Cancel, null, s_never));
        Assert.Equal(SuspendJobOutcome.NotFound, await Ledger.SetSuspendedAsync("none", true, s_never));
        Assert.Equal(DeleteJobOutcome.NotFound, await Ledger.DeleteJobAsync("none", 10, s_never));
        Assert.False(await Ledger.IsDeletedAsync("none", s_never));
        Assert.False(await Ledger.CancelWaitingAsync("none", "gone", 10, s_never));
        await Ledger.CloseStepAsync("none", 0, new StepClosing(JobTaskStatus.Skipped, "gone"), s_never);
        Assert.Null(await Ledger.GetTaskAsync(new TaskKey("none", 0, 0), s_never));
        Assert.Empty(await Ledger.ListAttemptsAsync(new TaskKey("none", 0, 0), s_never));
        Assert.Empty(await Ledger.ListEventsAsync("none", 0, 10, s_never));
        Assert.Empty((await Ledger.ListTasksAsync("none", new TaskFilter(), null, 10, s_never)).Items);
    }

    [Fact]
    public async Task A_repeated_request_gets_the_same_job_and_another_body_is_refused()
    {
        var key = new IdempotencyKey("alice", "k1", new string('a', 64));
        NewJob given = New(1) with { Idempotency = key };
        await CreateAsync(given);

        var known = Assert.IsType<CreateJobOutcome.Known>(await Ledger.CreateJobAsync(given with { Id = NewId() }, 0, s_never));
        Assert.Equal(given.Id, known.Job.Id);
        Assert.IsType<CreateJobOutcome.KeyInUse>(await Ledger.CreateJobAsync(
            given with { Id = NewId(), Idempotency = key with { BodyHash = new string('b', 64) } }, int.MaxValue, s_never));
        await CreateAsync(New(1) with { Idempotency = key with { Principal = "bob" } });
        await CreateAsync(New(1) with { Idempotency = key with { Key = "k2" } });
    }

    [Fact]
    public async Task A_call_that_is_repeated_with_its_id_makes_no_second_job()
    {
        NewJob given = New(1);
        await CreateAsync(given);

        Assert.Equal(given.Id, Assert.IsType<CreateJobOutcome.Known>(await Ledger.CreateJobAsync(given, 0, s_never)).Job.Id);
        Assert.Equal(1, (await Ledger.GetTotalsAsync(s_never)).UnfinishedJobs);
    }

    [Fact]
    public async Task As_many_jobs_as_may_be_are_accepted_and_an_end_makes_room()
    {
        string first = await StartAsync(1);
        await CreateAsync(New(1));

        Assert.IsType<CreateJobOutcome.TooMany>(await Ledger.CreateJobAsync(New(1), 2, s_never));
        await FinishAsync(first);
        Assert.IsType<CreateJobOutcome.Created>(await Ledger.CreateJobAsync(New(1), 2, s_never));
    }

    [Fact]
    public async Task Of_many_requests_with_one_key_at_once_one_makes_the_job()
    {
        var key = new IdempotencyKey("alice", "k", new string('a', 64));
        NewJob[] given = [.. Enumerable.Range(0, 20).Select(_ => New(1) with { Idempotency = key })];

        CreateJobOutcome[] outcomes = await Task.WhenAll(given.Select(job => Task.Run(() => Ledger.CreateJobAsync(job, int.MaxValue, s_never))));

        string id = Assert.Single(outcomes.OfType<CreateJobOutcome.Created>()).Job.Id;
        Assert.All(outcomes.OfType<CreateJobOutcome.Known>(), known => Assert.Equal(id, known.Job.Id));
    }

    [Fact]
    public async Task A_job_begins_once_and_ends_once()
    {
        JobRecord job = await CreateAsync(New(1));
        await Place.LetTimePassAsync(TimeSpan.FromSeconds(1));

        JobRecord begun = (await Ledger.BeginJobAsync(job.Id, s_never))!;
        await Place.LetTimePassAsync(TimeSpan.FromSeconds(1));
        JobRecord again = (await Ledger.BeginJobAsync(job.Id, s_never))!;
        JobRecord ended = (await Ledger.FinishJobAsync(job.Id, new JobEnd(JobStatus.Failed, "A task failed."), s_never))!;
        JobRecord second = await FinishAsync(job.Id);

        Assert.Equal((JobState.Started, JobStatus.Running), (begun.State, begun.Status));
        Assert.True(begun.StartedAt > job.CreatedAt);
        Assert.Equal(begun.StartedAt, again.StartedAt);
        Assert.Equal((JobState.Finished, JobStatus.Failed, "A task failed."), (ended.State, ended.Status, ended.Error));
        Assert.True(ended.FinishedAt > begun.StartedAt);
        Assert.Equal(ended with { Steps = [] }, second with { Steps = [] });
        Assert.Equal(JobState.Finished, (await Ledger.BeginJobAsync(job.Id, s_never))!.State);
        Assert.Equal(
            [JobStatus.Running, JobStatus.Failed], (await ReadEventsAsync(job.Id)).Cast<JobEvent.JobChanged>().Select(static e => e.Status));
    }

    [Fact]
    public async Task A_job_with_a_running_task_cannot_end()
    {
        string id = await StartAsync(2);
        string node = await BeginNodeAsync();
        var task = new TaskKey(id, 0, 1);
        long token = await TakeAsync(task, node);

        await Assert.ThrowsAsync<InvalidOperationException>(() => FinishAsync(id));
        await RecordAsync(End(task, token));
        await FinishAsync(id);
        Assert.IsType<ClaimOutcome.Stopping>(await ClaimAsync(new TaskKey(id, 0, 0), node));
    }

    [Fact]
    public async Task The_first_asking_to_end_stands()
    {
        string id = await StartAsync(1);

        Assert.Equal(StopJobOutcome.Asked, await Ledger.StopJobAsync(id, StopKind.Cancel, "enough", s_never));
        Assert.Equal(StopJobOutcome.AskedBefore, await Ledger.StopJobAsync(id, StopKind.Timeout, null, s_never));
        Assert.Equal(new JobStop(StopKind.Cancel, "enough"), (await GetAsync(id)).Stop);
        Assert.Equal(SuspendJobOutcome.Stopping, await Ledger.SetSuspendedAsync(id, true, s_never));
        Assert.IsType<ClaimOutcome.Stopping>(await ClaimAsync(new TaskKey(id, 0, 0), await BeginNodeAsync()));
        await FinishAsync(id, JobStatus.Cancelled);
        Assert.Equal(StopJobOutcome.Finished, await Ledger.StopJobAsync(id, StopKind.Cancel, null, s_never));
        Assert.Equal(SuspendJobOutcome.Finished, await Ledger.SetSuspendedAsync(id, true, s_never));
        Assert.Equal(
            [null, "enough", null], (await ReadEventsAsync(id)).Cast<JobEvent.JobChanged>().Select(static e => e.Error));
    }

    [Fact]
    public async Task A_held_job_starts_nothing_until_it_is_let_go_on()
    {
        string id = await StartAsync(1);
        string node = await BeginNodeAsync();
        var task = new TaskKey(id, 0, 0);

        Assert.Equal(SuspendJobOutcome.Changed, await Ledger.SetSuspendedAsync(id, true, s_never));
        Assert.Equal(SuspendJobOutcome.Unchanged, await Ledger.SetSuspendedAsync(id, true, s_never));
        Assert.Equal((true, JobStatus.Suspended), ((await GetAsync(id)).IsSuspended, (await GetAsync(id)).Status));
        Assert.True((await GetAsync(id)).IsSuspensionUntold);
        await Ledger.ConfirmSuspensionAsync(id, false, s_never);
        Assert.True((await GetAsync(id)).IsSuspensionUntold);
        await Ledger.ConfirmSuspensionAsync(id, true, s_never);
        Assert.Equal((true, false), ((await GetAsync(id)).IsSuspended, (await GetAsync(id)).IsSuspensionUntold));
        Assert.IsType<ClaimOutcome.Suspended>(await ClaimAsync(task, node));
        Assert.Equal(SuspendJobOutcome.Changed, await Ledger.SetSuspendedAsync(id, false, s_never));
        Assert.Equal(JobStatus.Running, (await GetAsync(id)).Status);
        await TakeAsync(task, node);
        Assert.Equal(
            [JobStatus.Running, JobStatus.Suspended, JobStatus.Running],
            (await ReadEventsAsync(id)).OfType<JobEvent.JobChanged>().Select(static e => e.Status));
    }

    [Fact]
    public async Task Everything_is_there_after_reopening()
    {
        string id = await StartAsync(2);
        string node = await BeginNodeAsync();
        await RunAsync(new TaskKey(id, 0, 0), node);
        JobRecord before = await GetAsync(id);
        List<JobEvent> events = await ReadEventsAsync(id);

        await ReopenAsync();

        Assert.Equal(before with { Steps = [] }, await GetAsync(id) with { Steps = [] });
        Assert.Equal(before.Steps, (await GetAsync(id)).Steps);
        Assert.Equal(events, await ReadEventsAsync(id));
        Assert.Equal("node", (await GetTaskAsync(new TaskKey(id, 0, 0))).Node);
    }

    [Fact]
    public async Task Every_change_is_announced()
    {
        string id = await StartAsync(1);
        using JobWatch watch = Place.Signals.Watch(id);
        async Task Announced() => Assert.True(await watch.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, s_never));

        var task = new TaskKey(id, 0, 0);
        long token = await TakeAsync(task, await BeginNodeAsync());
        await Announced();
        await RecordAsync(End(task, token));
        await Announced();
        await FinishAsync(id);
        await Announced();
    }

    [Fact]
    public async Task Misuse_is_refused_by_name()
    {
        string id = await StartAsync(1);
        NewJob job = New(1);
        await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(job with { Steps = [] }));
        await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(job with { Steps = [new NewStep("a", 0)] }));
        await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(job with { Steps = [new NewStep("a", 1), new NewStep("a", 1)] }));
        await Assert.ThrowsAsync<ArgumentException>(() => Ledger.FinishJobAsync(id, new JobEnd(JobStatus.Running, null), s_never));
        await Assert.ThrowsAsync<ArgumentException>(() => Ledger.CloseStepAsync(id, 0, new StepClosing(JobTaskStatus.Failed, "no"), s_never));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Ledger.CloseStepAsync(id, 7, new StepClosing(JobTaskStatus.Skipped, "no"), s_never));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Ledger.ListJobsAsync(new JobFilter(), null, 501, s_never));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Ledger.ListTasksAsync(id, new TaskFilter(), null, 0, s_never));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Ledger.CancelWaitingAsync(id, "nobody asked", 1, s_never));
    }
}
