using FuncExec.Ledger.Azure.Dummy;
using FuncExec.Ledger.Azure.Tables;
using FuncExec.Orchestrator.Jobs;

namespace FuncExec.Ledger.Azure.Tests;

/// <summary>Looks through all that a ledger holds, after everybody has gone who worked on it, for what may never be.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="table">Its table.</param>
internal sealed class LedgerAudit(AzureJobLedger ledger, LedgerTable table)
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    private readonly Dictionary<string, Dictionary<TaskKey, TaskRecord>> _tasks = [];

    /// <summary>Answers how many jobs there are.</summary>
    /// <param name="told">What the clerks told.</param>
    public async Task<int> CheckAsync(IReadOnlyList<string> told)
    {
        // Of those that died between taking a place and making the job; by itself the ledger waits for an hour.
        await ledger.FreePlacesAsync(TimeSpan.Zero, s_never);
        await DeleteAsync();
        List<JobRecord> jobs = await ListAsync(new JobFilter());
        foreach (JobRecord job in jobs)
        {
            Assert.Equal(JobState.Finished, job.State);
            await CheckJobAsync(job);
        }

        await CheckListsAsync(jobs);
        await CheckTotalsAsync(jobs);
        CheckKeys(jobs, told);
        await CheckTokensAsync(told);
        return jobs.Count;
    }

    // Of deletions that were begun by those that died; an app goes on with them.
    private async Task DeleteAsync()
    {
        foreach (JobRecord job in await ledger.ListForCareAsync(CareKind.Deleting, DateTimeOffset.MaxValue, null, 100, s_never))
        {
            DeleteJobOutcome outcome;
            while ((outcome = await ledger.DeleteJobAsync(job.Id, 100, s_never)) is DeleteJobOutcome.More)
            {
            }

            Assert.Equal(DeleteJobOutcome.Deleted, outcome);
        }

        Assert.Empty(await ledger.ListForCareAsync(CareKind.Deleting, DateTimeOffset.MaxValue, null, 100, s_never));
    }

    private async Task CheckJobAsync(JobRecord job)
    {
        Dictionary<TaskKey, TaskRecord> tasks = [];
        string? after = null;
        do
        {
            LedgerPage<TaskRecord> page = await ledger.ListTasksAsync(job.Id, new TaskFilter(), after, 500, s_never);
            foreach (TaskRecord task in page.Items)
            {
                tasks.Add(task.Key, task);
            }

            after = page.Next;
        }
        while (after is not null);
        _tasks[job.Id] = tasks;
        foreach (StepRecord step in job.Steps)
        {
            TaskRecord[] own = [.. tasks.Values.Where(task => task.Key.Step == step.Index)];
            int Count(JobTaskStatus status) => own.Count(task => task.Status == status);
            Assert.Equal(
                new TaskCounts(own.Length, 0, 0, Count(JobTaskStatus.Succeeded), Count(JobTaskStatus.Failed), Count(JobTaskStatus.Cancelled), 0, Count(JobTaskStatus.Skipped)),
                step.Counts);
        }

        List<JobEvent> events = await ReadEventsAsync(job);
        Assert.Equal(Enumerable.Range(1, (int)job.LastEvent).Select(static i => (long)i), events.Select(static told => told.Number));
        Assert.Single(events.OfType<JobEvent.JobChanged>(), static told => told.Status is not (JobStatus.Running or JobStatus.Pending));
        foreach (IGrouping<TaskKey, JobEvent.TaskChanged> changes in events.OfType<JobEvent.TaskChanged>().GroupBy(told => new TaskKey(job.Id, told.Step, told.Index)))
        {
            JobEvent.TaskChanged end = Assert.Single(changes, static told => told.Status is not (JobTaskStatus.Running or JobTaskStatus.Queued));
            Assert.Same(changes.Last(), end);
            Assert.Equal(tasks[changes.Key].Status, end.Status);
            long[] tokens = [.. changes.Where(static told => told.Status is JobTaskStatus.Running).Select(static told => told.Token)];
            Assert.Equal(tokens.Distinct().Order(), tokens);
        }
    }

    private async Task<List<JobEvent>> ReadEventsAsync(JobRecord job)
    {
        List<JobEvent> events = [];
        while (await ledger.ListEventsAsync(job.Id, events.Count, 200, s_never) is { Count: > 0 } page)
        {
            events.AddRange(page);
        }

        return events;
    }

    private async Task CheckListsAsync(List<JobRecord> jobs)
    {
        foreach (JobStatus status in Enum.GetValues<JobStatus>())
        {
            Assert.Equal(jobs.Where(job => job.Status == status).Select(static job => job.Id), (await ListAsync(new JobFilter(status))).Select(static job => job.Id));
        }

        Assert.Equal(jobs.Where(static job => job.Name == "kind1").Select(static job => job.Id), (await ListAsync(new JobFilter(Name: "kind1"))).Select(static job => job.Id));
        List<string> finished = [];
        while (await ledger.ListForCareAsync(CareKind.Finished, DateTimeOffset.MaxValue, finished.LastOrDefault(), 50, s_never) is { Count: > 0 } some)
        {
            finished.AddRange(some.Select(static job => job.Id));
        }

        Assert.Equal(jobs.Select(static job => job.Id).Order(), finished.Order());
        foreach (CareKind kind in (CareKind[])[CareKind.Preparing, CareKind.Accepted, CareKind.Unfinished, CareKind.Running])
        {
            Assert.Empty(await ledger.ListForCareAsync(kind, DateTimeOffset.MaxValue, null, 100, s_never));
        }
    }

    private async Task CheckTotalsAsync(List<JobRecord> jobs)
    {
        LedgerTotals totals = await ledger.GetTotalsAsync(s_never);
        Assert.Equal(0, totals.UnfinishedJobs);

        Assert.Equal(jobs.Sum(static job => job.StoredBytes), totals.FinishedBytes);
        List<string> rows = [];
        await foreach (TableRow row in table.ListAsync(new TableRange("totals", "", "~~"), 1_000, s_never))
        {
            rows.Add(row.Key);
        }

        Assert.Equal(["0", .. jobs.Select(static job => "f." + job.Id).Order(StringComparer.Ordinal)], rows);
    }

    private static void CheckKeys(List<JobRecord> jobs, IReadOnlyList<string> told)
    {
        IEnumerable<(int Number, string Id)> made = told.Select(static line => line.Split(' ')).Where(static words => words is ["made", _, _])
            .Select(static words => (int.Parse(words[1]), words[2]));
        foreach (IGrouping<int, string> ofKey in made.Concat(jobs.Select(static job => (Clerk.NumberOf(job.Id), job.Id))).GroupBy(static pair => pair.Item1, static pair => pair.Item2))
        {
            Assert.Single(ofKey.Distinct());
        }
    }

    // What somebody was told stands, unless the job was deleted since.
    private async Task CheckTokensAsync(IReadOnlyList<string> told)
    {
        string[] tokens = [.. told.Where(static line => line.StartsWith("token ", StringComparison.Ordinal))];
        Assert.Equal(tokens.Distinct().Count(), tokens.Length);
        foreach (string[] words in told.Select(static line => line.Split(' ')).Where(static words => words is ["end", _, _, _, _]))
        {
            var key = new TaskKey(words[1], int.Parse(words[2]), int.Parse(words[3]));
            if (_tasks.TryGetValue(key.JobId, out Dictionary<TaskKey, TaskRecord>? tasks))
            {
                Assert.True(tasks[key].Token == long.Parse(words[4]) || (await ledger.ListAttemptsAsync(key, s_never)).Any(attempt => attempt.Token == long.Parse(words[4])));
            }
        }
    }

    private async Task<List<JobRecord>> ListAsync(JobFilter filter)
    {
        List<JobRecord> jobs = [];
        string? after = null;
        do
        {
            LedgerPage<JobRecord> page = await ledger.ListJobsAsync(filter, after, 50, s_never);
            jobs.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return jobs;
    }
}
