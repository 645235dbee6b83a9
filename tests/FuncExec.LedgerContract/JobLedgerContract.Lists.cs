using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Fact]
    public async Task Jobs_are_listed_newest_first_and_filtered()
    {
        var ids = new List<string>();
        for (int i = 0; i < 9; i++)
        {
            NewJob job = New(1) with { Name = i % 2 == 0 ? "even" : null };
            ids.Add(job.Id);
            await CreateAsync(job);
            if (i % 3 == 0)
            {
                await Ledger.BeginJobAsync(job.Id, s_never);
            }
        }

        await FinishAsync(ids[0], JobStatus.Failed);
        await Ledger.SetSuspendedAsync(ids[1], true, s_never);
        ids.Reverse();

        Assert.Equal(ids, await ReadJobsAsync(new JobFilter()));
        Assert.Equal(ids.Where((_, i) => i % 2 == 0), await ReadJobsAsync(new JobFilter(Name: "even")));
        Assert.Equal([ids[8]], await ReadJobsAsync(new JobFilter(JobStatus.Failed)));
        Assert.Equal([ids[8]], await ReadJobsAsync(new JobFilter(JobStatus.Failed, "even")));
        Assert.Equal([ids[7]], await ReadJobsAsync(new JobFilter(JobStatus.Suspended)));
        Assert.Equal([ids[2], ids[5]], await ReadJobsAsync(new JobFilter(JobStatus.Running)));
        Assert.Equal([ids[2]], await ReadJobsAsync(new JobFilter(JobStatus.Running, "even")));
        Assert.Empty(await ReadJobsAsync(new JobFilter(Name: "eve")));
        Assert.Empty(await ReadJobsAsync(new JobFilter(JobStatus.TimedOut)));
    }

    [Fact]
    public async Task A_cursor_stays_right_while_jobs_arrive_and_go()
    {
        string[] ids = [(await CreateAsync(New(1))).Id, await StartAsync(1), (await CreateAsync(New(1))).Id];
        LedgerPage<JobRecord> first = await Ledger.ListJobsAsync(new JobFilter(), null, 2, s_never);
        await CreateAsync(New(1));
        await FinishAsync(ids[1]);
        await Ledger.DeleteJobAsync(ids[1], 100, s_never);

        LedgerPage<JobRecord> second = await Ledger.ListJobsAsync(new JobFilter(), first.Next, 2, s_never);

        Assert.Equal([ids[2], ids[1]], first.Items.Select(static job => job.Id));
        Assert.Equal([ids[0]], second.Items.Select(static job => job.Id));
        Assert.Null(second.Next);
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("AAAA")]
    [InlineData("dDEvMg==")]
    [InlineData("dC0xLzA")]
    [InlineData("dDk5OTk5OTk5OTk5LzA")]
    [InlineData("ajAwMQAA////")]
    public async Task A_cursor_that_no_list_answered_is_refused(string cursor)
    {
        string id = await StartAsync(1);
        await Assert.ThrowsAsync<BadCursorException>(() => Ledger.ListJobsAsync(new JobFilter(), cursor, 10, s_never));
        await Assert.ThrowsAsync<BadCursorException>(() => Ledger.ListTasksAsync(id, new TaskFilter(), cursor, 10, s_never));
        await Assert.ThrowsAsync<BadCursorException>(() => Ledger.ListArtifactsAsync(id, null, cursor, 10, s_never));
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        string id = await StartAsync(3, 3);
        await StartAsync(1);
        string jobs = (await Ledger.ListJobsAsync(new JobFilter(), null, 1, s_never)).Next!;
        string tasks = (await Ledger.ListTasksAsync(id, new TaskFilter(), null, 1, s_never)).Next!;
        await Assert.ThrowsAsync<BadCursorException>(() => Ledger.ListTasksAsync(id, new TaskFilter(), jobs, 10, s_never));
        await Assert.ThrowsAsync<BadCursorException>(() => Ledger.ListJobsAsync(new JobFilter(), tasks, 10, s_never));
        await Assert.ThrowsAsync<BadCursorException>(() => Ledger.ListTasksAsync(id, new TaskFilter(Step: 1), tasks, 10, s_never));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(500)]
    public async Task Tasks_are_listed_by_step_and_index_whether_they_have_begun_or_not(int limit)
    {
        string id = await StartAsync(7, 1, 40);
        string node = await BeginNodeAsync();
        foreach (int index in (int[])[0, 3, 4, 39])
        {
            await RunAsync(new TaskKey(id, 2, index), node, index == 3 ? JobTaskStatus.Failed : JobTaskStatus.Succeeded);
        }

        await TakeAsync(new TaskKey(id, 2, 38), node);
        var waiting = new TaskKey(id, 2, 20);
        await RecordAsync(End(waiting, await TakeAsync(waiting, node), JobTaskStatus.Failed, TimeSpan.Zero));
        await Ledger.CloseStepAsync(id, 0, new StepClosing(JobTaskStatus.Skipped, "no"), s_never);

        List<TaskRecord> all = await ReadTasksAsync(id, new TaskFilter(), limit);
        Assert.Equal(
            Enumerable.Range(0, 7).Select(static i => $"s0/{i}").Append("s1/0").Concat(Enumerable.Range(0, 40).Select(static i => $"s2/{i}")),
            all.Select(static task => task.Id));
        foreach (JobTaskStatus status in Enum.GetValues<JobTaskStatus>())
        {
            Assert.Equal(
                all.Where(task => task.Status == status).Select(static task => task.Id),
                (await ReadTasksAsync(id, new TaskFilter(Status: status), limit)).Select(static task => task.Id));
            Assert.Equal(
                all.Where(task => task.Status == status && task.Key.Step == 2).Select(static task => task.Id),
                (await ReadTasksAsync(id, new TaskFilter(2, status), limit)).Select(static task => task.Id));
        }

        Assert.Single(await ReadTasksAsync(id, new TaskFilter(1), limit));
        Assert.Empty(await ReadTasksAsync(id, new TaskFilter(3), limit));
    }

    [Fact]
    public async Task A_page_of_few_among_many_looks_at_a_bounded_number_of_rows()
    {
        const int Tasks = 12_000;
        string id = await StartAsync(Tasks, 1);
        string node = await BeginNodeAsync();
        await Parallel.ForAsync(0, Tasks - 2, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            if (i % 200 == 0)
            {
                Assert.True(await Ledger.RenewNodeAsync(node, s_never)); // It may take longer than a node lives.
            }

            await RunAsync(new TaskKey(id, 0, i), node);
        });

        LedgerPage<TaskRecord> first = await Ledger.ListTasksAsync(id, new TaskFilter(0, JobTaskStatus.Queued), null, 500, s_never);
        List<TaskRecord> all = await ReadTasksAsync(id, new TaskFilter(Status: JobTaskStatus.Queued), 500);

        Assert.Empty(first.Items);
        Assert.NotNull(first.Next);
        Assert.Equal([$"s0/{Tasks - 2}", $"s0/{Tasks - 1}", "s1/0"], all.Select(static task => task.Id));
    }

    [Fact]
    public async Task Running_tasks_are_listed_alone()
    {
        string id = await StartAsync(5, 5);
        string node = await BeginNodeAsync();
        foreach (TaskKey task in (TaskKey[])[new(id, 1, 4), new(id, 0, 3), new(id, 1, 0)])
        {
            await TakeAsync(task, node);
        }

        Assert.Equal(["s0/3", "s1/0", "s1/4"], (await Ledger.ListRunningAsync(id, 10, s_never)).Select(static task => task.Id));
        Assert.Equal(["s0/3", "s1/0"], (await Ledger.ListRunningAsync(id, 2, s_never)).Select(static task => task.Id));
        Assert.Empty(await Ledger.ListRunningAsync("none", 2, s_never));
    }

    private async Task<List<string>> ReadJobsAsync(JobFilter filter)
    {
        var ids = new List<string>();
        string? after = null;
        do
        {
            LedgerPage<JobRecord> page = await Ledger.ListJobsAsync(filter, after, 2, s_never);
            ids.AddRange(page.Items.Select(static job => job.Id));
            after = page.Next;
        }
        while (after is not null);
        return ids;
    }
}
