using FuncExec.Orchestrator.Jobs;

namespace FuncExec.LedgerContract;

public abstract partial class JobLedgerContract
{
    [Fact]
    public async Task Of_many_claimers_at_once_one_has_each_task()
    {
        const int Tasks = 100;
        string id = await StartAsync(Tasks);
        string[] nodes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => BeginNodeAsync($"node{i}")));
        int[] claims = new int[Tasks];
        int[] ends = new int[Tasks];

        await Task.WhenAll(nodes.Select(node => Task.Run(async () =>
        {
            for (int i = 0; i < Tasks; i++)
            {
                var task = new TaskKey(id, 0, i);
                if (await ClaimAsync(task, node) is ClaimOutcome.Claimed claimed)
                {
                    Interlocked.Increment(ref claims[i]);
                    await RecordAsync(End(task, claimed.Token));
                    Interlocked.Increment(ref ends[i]);
                }
            }
        })));

        Assert.All(claims, static count => Assert.Equal(1, count));
        Assert.All(ends, static count => Assert.Equal(1, count));
        Assert.Equal(Tasks, (await CheckCountsAsync(id)).Counts.Succeeded);
        Assert.Equal((2 * Tasks) + 1, (await ReadEventsAsync(id)).Count);
    }

    [Fact]
    public async Task Of_many_different_ends_at_once_one_stands_and_all_are_told_it()
    {
        string id = await StartAsync(50);
        string node = await BeginNodeAsync();
        for (int i = 0; i < 50; i++)
        {
            var task = new TaskKey(id, 0, i);
            long token = await TakeAsync(task, node);
            JobTaskStatus[] statuses = [JobTaskStatus.Succeeded, JobTaskStatus.Failed, JobTaskStatus.TimedOut, JobTaskStatus.Cancelled];

            TaskRecord[] told = await Task.WhenAll(statuses.Select(status => Task.Run(() => RecordAsync(End(task, token, status)))));

            Assert.Single(told.Select(static record => record.Status).Distinct());
        }

        await CheckCountsAsync(id);
        Assert.Equal(101, (await ReadEventsAsync(id)).Count);
    }

    [Fact]
    public async Task A_dead_nodes_tasks_go_to_one_of_many_takers()
    {
        string id = await StartAsync(20);
        string dead = await BeginNodeAsync("dead");
        for (int i = 0; i < 20; i++)
        {
            await TakeAsync(new TaskKey(id, 0, i), dead);
        }

        string[] nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => BeginNodeAsync($"node{i}")));
        await Ledger.EndNodeAsync(dead, s_never);
        ClaimOutcome[] outcomes = await Task.WhenAll(
            from node in nodes from i in Enumerable.Range(0, 20) select Task.Run(() => ClaimAsync(new TaskKey(id, 0, i), node)));

        Assert.Equal(20, outcomes.OfType<ClaimOutcome.Claimed>().Count());
        Assert.Equal(60, outcomes.OfType<ClaimOutcome.Held>().Count());
        Assert.All(await Ledger.ListRunningAsync(id, 100, s_never), static task => Assert.Equal(1, task.Losses));
        await CheckCountsAsync(id);
    }

    [Fact]
    public async Task Nothing_is_claimed_after_a_job_was_asked_to_end()
    {
        string id = await StartAsync(2_000);
        string node = await BeginNodeAsync();
        var claimed = new List<TaskKey>();
        Task claiming = Task.Run(async () =>
        {
            for (int i = 0; i < 2_000 && await ClaimAsync(new TaskKey(id, 0, i), node) is ClaimOutcome.Claimed; i++)
            {
                claimed.Add(new TaskKey(id, 0, i));
            }
        });
        using (JobWatch watch = Place.Signals.Watch(id))
        {
            await watch.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, s_never);
        }

        await Ledger.StopJobAsync(id, StopKind.Cancel, null, s_never);
        int running = (await GetAsync(id)).Counts.Running;
        await claiming;

        Assert.Equal(running, claimed.Count);
        Assert.Equal(running, (await CheckCountsAsync(id)).Counts.Running);
    }

    [Fact]
    public async Task Readers_see_counts_and_events_that_belong_together_while_others_write()
    {
        string id = await StartAsync(300);
        string node = await BeginNodeAsync();
        Task writing = Task.Run(() => Parallel.ForAsync(0, 300, async (i, _) => await RunAsync(new TaskKey(id, 0, i), node)));
        do
        {
            JobRecord job = await GetAsync(id);
            TaskCounts counts = job.Counts;
            Assert.Equal(300, counts.Queued + counts.Running + counts.Succeeded);
            Assert.Equal(1 + counts.Running + (2 * counts.Succeeded), job.LastEvent);
        }
        while (!writing.IsCompleted);
        await writing;
    }
}
